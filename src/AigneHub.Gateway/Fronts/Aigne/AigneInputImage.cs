using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Gateway.Attempts;

namespace AigneHub.Gateway.Fronts.Aigne;

/// <summary>
/// An image that AIGNE's clients send to be edited or filmed: their part <c>file</c> or <c>url</c>, or an address alone, which
/// may be a <c>data:</c> URL. The hub fetches none.
/// </summary>
/// <param name="Address">Where the vendor is to fetch it, http or https; null for one that came with the request.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record AigneInputImage(string? Address, ReadOnlyMemory<byte> Content)
{
    private const int AddressCharsMax = 8 * 1024;
    private const string DataScheme = "data:";
    private const string Base64Mark = ";base64";

    /// <summary>Of what came with the request, as its first bytes show it.</summary>
    public string MimeType => ImageFile.TypeOf(Content);

    /// <summary>The address, or the bytes as one.</summary>
    public string Url => Address ?? $"{DataScheme}{MimeType}{Base64Mark},{Convert.ToBase64String(Content.Span)}";

    /// <summary>Exactly one of the results is null. Error: 400, names <c>image</c>.</summary>
    /// <exception cref="InvalidOperationException">A text is none (half a surrogate pair).</exception>
    public static (AigneInputImage? Image, HubError? Error) Read(JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.String)
        {
            return OfAddress(part);
        }

        if (part.ValueKind != JsonValueKind.Object)
        {
            return (null, Refused("An image is a part of the type 'file' or 'url', or an address."));
        }

        return Member(part, "type")?.GetString() switch
        {
            "file" when Member(part, "data") is { } data => OfBase64(Utf8Of(data)),
            "url" when Member(part, "url") is { } url => OfAddress(url),
            "local" => (null, Refused("A part of the type 'local' names a file of the caller's machine: send it as 'file'.")),
            _ => (null, Refused(
                "An image is {\"type\":\"file\",\"data\":\"<Base64>\"} or {\"type\":\"url\",\"url\":\"https://…\"}.")),
        };
    }

    public static HubError Refused(string message) => RequestHeadParser.Invalid(message, AigneMediaBody.Image, "invalid_value");

    private static JsonElement? Member(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value : null;

    /// <summary>Not unescaped where nothing is escaped: a text of an image is long.</summary>
    private static ReadOnlySpan<byte> Utf8Of(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(text.GetString()!) : raw[1..^1];
    }

    private static (AigneInputImage?, HubError?) OfAddress(JsonElement text)
    {
        var address = Utf8Of(text);
        if (Ascii.EqualsIgnoreCase(address[..Math.Min(address.Length, DataScheme.Length)], DataScheme))
        {
            var comma = address.IndexOf((byte)',');
            return comma < Base64Mark.Length || !Ascii.EqualsIgnoreCase(address[(comma - Base64Mark.Length)..comma], Base64Mark)
                ? (null, Refused("A 'data:' URL must hold the image in Base64."))
                : OfBase64(address[(comma + 1)..]);
        }

        return address.Length <= AddressCharsMax && Uri.TryCreate(text.GetString(), UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
                ? (new AigneInputImage(text.GetString(), default), null)
                : (null, Refused($"An image's address must be http, https or data:, of at most {AddressCharsMax} characters."));
    }

    private static (AigneInputImage?, HubError?) OfBase64(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var length) == OperationStatus.Done && length > 0
            ? (new AigneInputImage(null, bytes.AsMemory(0, length)), null)
            : (null, Refused("An image's data must be Base64."));
    }
}
