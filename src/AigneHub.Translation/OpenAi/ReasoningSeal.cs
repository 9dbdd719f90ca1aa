using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Another vendor's seal in the <c>encrypted_content</c> of a reasoning item, which clients send back as it came: the API that
/// made it, what it is, and its text in base64. OpenAI's own stands as it is.
/// </summary>
internal static class ReasoningSeal
{
    public const string Mark = "aignehub1";

    /// <summary>How ids of reasoning items begin that the hub has made, sealed or not.</summary>
    public const string IdMark = "rs_hub_";

    private const int PartsMax = 5; // One more than there are.
    private const string SignatureKind = "signature";
    private const string EncryptedKind = "encrypted";
    private const string RedactedKind = "redacted";

    /// <summary>Null when the item is not sealed.</summary>
    public static string? Write(ReasoningItem item)
    {
        if (item is { Origin: ModelApi.OpenAiResponses, Encrypted: { } own })
        {
            return own;
        }

        var (kind, text) = item.Signature is { } signature ? (SignatureKind, signature)
            : item.Redacted is { } redacted ? (RedactedKind, redacted)
            : (EncryptedKind, item.Encrypted);
        return text is null ? null : $"{Mark}.{item.Origin}.{kind}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))}";
    }

    /// <summary>
    /// A reasoning item of a request or an answer: https://platform.openai.com/docs/api-reference/responses/object
    /// </summary>
    public static ReasoningItem Read(JsonElement item)
    {
        var summary = TextOf(item, "summary");
        var reasoning = new ReasoningItem(summary.Length > 0 ? summary : TextOf(item, "content"))
        {
            Id = RequestFields.TextOf(item, "id"),
            IsSummary = summary.Length > 0,
        };
        return RequestFields.TextOf(item, "encrypted_content") is { Length: > 0 } content
            ? Unseal(reasoning, content)
            : reasoning;
    }

    private static ReasoningItem Unseal(ReasoningItem reasoning, string content)
    {
        if (content.Split('.', PartsMax) is [Mark, var api, var kind, var base64] && Enum.TryParse<ModelApi>(api, out var origin)
            && Enum.IsDefined(origin) && Base64Url.IsValid(base64))
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(base64));
            return reasoning with
            {
                Origin = origin,
                Signature = kind == SignatureKind ? text : null,
                Encrypted = kind == EncryptedKind ? text : null,
                Redacted = kind == RedactedKind ? text : null,

                // The hub itself wrote the thoughts as a summary.
                IsSummary = false,
            };
        }

        return reasoning with { Origin = ModelApi.OpenAiResponses, Encrypted = content };
    }

    private static string TextOf(JsonElement item, string name) =>
        RequestFields.Has(item, name, out var list) && list.ValueKind == JsonValueKind.Array
            ? string.Join("\n\n", list.EnumerateArray().Select(part => RequestFields.TextOf(part, "text")).OfType<string>())
            : "";
}
