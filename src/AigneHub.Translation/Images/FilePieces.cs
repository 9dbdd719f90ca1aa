using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AigneHub.Providers.Upstream;

namespace AigneHub.Translation.Images;

/// <summary>
/// Files within a JSON document: each is written as a mark, in whose place its Base64 is sent, so that no file is held in memory.
/// </summary>
public sealed class FilePieces
{
    private const int MarkDigits = 32;

    private readonly List<(byte[] Mark, PayloadPiece Content)> _files = [];

    /// <summary>Writes a string whose text is to be the file in Base64.</summary>
    public void Write(Utf8JsonWriter json, string name, PayloadPiece content)
    {
        // Not to be guessed: the document holds the caller's text, too.
        var mark = RandomNumberGenerator.GetHexString(MarkDigits);
        json.WriteString(name, mark);
        _files.Add((Encoding.UTF8.GetBytes(mark), content));
    }

    /// <summary>The document as it is sent.</summary>
    public UpstreamPayload Payload(ReadOnlyMemory<byte> document)
    {
        List<PayloadPiece> pieces = [];
        foreach (var (mark, content) in _files)
        {
            var at = document.Span.IndexOf(mark);
            pieces.Add(document[..at]);
            pieces.Add(content.InBase64());
            document = document[(at + mark.Length)..];
        }

        pieces.Add(document);
        return new UpstreamPayload(pieces, "application/json");
    }
}
