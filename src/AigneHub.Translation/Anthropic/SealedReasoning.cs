using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// Carries what other vendors seal through a Messages client, which gives signatures back as it got them:
/// <c>hub:api:kind:id:value</c> in the place of a signature, the id escaped. Anthropic's own signatures stand bare.
/// </summary>
/// <param name="Kind">
/// <c>s</c>: signature of thoughts, <c>e</c>: encrypted, <c>r</c>: redacted, <c>c</c>: signature of the call with this id.
/// </param>
internal readonly record struct SealedReasoning(ModelApi Origin, char Kind, string? Id, string Value)
{
    private const string Prefix = "hub";
    private const int PartCount = 5;

    public static bool IsOwn(ModelApi? origin) => origin is ModelApi.AnthropicMessages or ModelApi.BedrockConverse;

    public override string ToString() => $"{Prefix}:{Origin}:{Kind}:{Uri.EscapeDataString(Id ?? "")}:{Value}";

    /// <summary>Null when it is a vendor's bare signature.</summary>
    public static SealedReasoning? TryParse(string signature)
    {
        var parts = signature.Split(':', PartCount);
        return parts is [Prefix, var api, [var kind], var id, var value]
            && Enum.TryParse<ModelApi>(api, out var origin) && Enum.IsDefined(origin)
                ? new SealedReasoning(origin, kind, id.Length == 0 ? null : Uri.UnescapeDataString(id), value)
                : null;
    }

    /// <summary>The signature to write for thoughts; null when nothing seals them.</summary>
    public static string? SignatureOf(ReasoningItem item) => item.Origin is not { } origin ? null
        : IsOwn(origin) ? item.Signature
        : item.Encrypted is { } encrypted ? new SealedReasoning(origin, 'e', item.Id, encrypted).ToString()
        : item.Signature is { } signature ? new SealedReasoning(origin, 's', item.Id, signature).ToString()
        : null;

    public ReasoningItem ToItem(string text) => new(text)
    {
        Id = Id,
        Origin = Origin,
        Signature = Kind == 's' ? Value : null,
        Encrypted = Kind == 'e' ? Value : null,
        Redacted = Kind == 'r' ? Value : null,
        IsSummary = Kind == 'e',
    };
}
