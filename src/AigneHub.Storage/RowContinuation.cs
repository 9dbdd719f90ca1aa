using System.Buffers.Text;
using System.Text;
using AigneHub.Core.Ledger;

namespace AigneHub.Storage;

/// <summary>The last row of a page, in a form that callers have no reason to look into.</summary>
internal static class RowContinuation
{
    private const int CharactersMax = 200;

    public static string Encode(string row) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(row));

    /// <exception cref="InvalidContinuationException">Not made by <see cref="Encode"/>.</exception>
    public static string Decode(string continuation)
    {
        if (continuation.Length is 0 or > CharactersMax || !Base64Url.IsValid(continuation))
        {
            throw new InvalidContinuationException();
        }

        var row = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(continuation));
        return row.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '|' or '~' or '.' or '_')
            ? row
            : throw new InvalidContinuationException();
    }
}
