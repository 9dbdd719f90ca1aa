using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Ids of tool calls as a vendor takes them. An id that another vendor made may be too long or of the wrong letters; it becomes
/// one made of its hash, the same in the call and in its result.
/// </summary>
internal static class CallIds
{
    /// <summary>OpenAI's limit, in characters.</summary>
    private const int LengthMax = 40;

    private const int HashLength = 24;
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <param name="length">Exactly so many letters and digits; 0: anything of at most 40 characters.</param>
    public static string Fit(string id, int length)
    {
        var fits = length == 0 ? id.Length is > 0 and <= LengthMax : id.Length == length && id.All(char.IsAsciiLetterOrDigit);
        if (fits)
        {
            return id;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        var text = string.Create(length == 0 ? HashLength : length, hash, static (chars, bytes) =>
        {
            for (var i = 0; i < chars.Length; i++)
            {
                chars[i] = Letters[bytes[i] % Letters.Length];
            }
        });
        return length == 0 ? $"call_{text}" : text;
    }
}
