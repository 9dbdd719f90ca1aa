using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Gateway.Idempotency;

/// <summary>What makes two calls the same: the API, what the path says, every byte of the body.</summary>
internal static class CallFingerprint
{
    /// <summary>A SHA-256, as lower-case hex digits.</summary>
    public static string Of(Exchange exchange)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{exchange.Front.Name}\n{exchange.Call.Model}\n{exchange.Head.Stream}\n"));
        hash.AppendData(exchange.Body.Bytes.Span);
        foreach (var part in exchange.Body.Form?.Parts ?? [])
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{part.Name}\n{part.FileName}\n{part.ContentType}\n{part.Content.Length}\n"));
            part.Content.AppendTo(hash);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
