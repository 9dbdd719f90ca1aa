using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// What an alias goes by, read from the request when it is first asked for. Of a body above <see cref="BodyBytesMax"/> only
/// the estimated prompt is known: its document would take several times its size. To be disposed.
/// </summary>
internal sealed class RequestFacts : IRequestFacts, IDisposable
{
    /// <summary>Largest body that is read as a document.</summary>
    internal const int BodyBytesMax = 2 * 1024 * 1024;

    /// <summary>Expected of an answer whose length the caller doesn't limit, in tokens.</summary>
    private const int OutputTokensGuess = 500;

    private static readonly string[] Limits = ["max_completion_tokens", "max_output_tokens", "max_tokens", "maxTokens"];
    private readonly Exchange _exchange;
    private readonly TokenCounter _tokens;
    private JsonDocument? _body;
    private int? _inputTokens;
    private Modalities? _modalities;

    private RequestFacts(Exchange exchange, TokenCounter tokens)
    {
        _exchange = exchange;
        _tokens = tokens;
    }

    public int InputTokens => _inputTokens ??= (int)Math.Min(
        int.MaxValue, AnswerReaders.For(_exchange.Front.Api).CountPrompt(_exchange.Body.Bytes.Span, _tokens));

    public int OutputTokens => Ask(OutputLimit, null) ?? OutputTokensGuess;

    /// <summary>
    /// It carries, or asks for, encrypted reasoning, which only the account that made it can read
    /// (<see href="https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items"/>): the conversation has to stay with
    /// its credential.
    /// </summary>
    public bool IsBoundToAccount => IsBound(_exchange);

    /// <summary>Null when the call names no alias and is bound to no account: nothing else asks for facts.</summary>
    /// <param name="exchange">Its body is well-formed JSON, an object.</param>
    public static RequestFacts? For(HubSnapshot snapshot, Exchange exchange, TokenCounter tokens) =>
        (snapshot.Aliases.Count > 0 && snapshot.Aliases.ContainsKey(exchange.Head.Model)) || IsBound(exchange)
            ? new RequestFacts(exchange, tokens)
            : null;

    public bool Holds(string modality) =>
        (_modalities ??= Ask(Modalities.Of, Modalities.None)).Holds(modality)
        || (_exchange.Body.Form is { } form && Modalities.InForm(form, modality));

    public string? Metadata(string name) => Ask(root => MetadataOf(root, name), null);

    public string? Header(string name) => _exchange.Http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>As <see cref="Conversation.KeyOf"/>; null when it is not known.</summary>
    public ulong? ConversationKey() => Ask<ulong?>(root => Conversation.KeyOf(_exchange.Caller.Key.Id, root), null);

    public void Dispose() => _body?.Dispose();

    /// <summary>A text with half a surrogate pair can't be read as one: what it stands in is unknown.</summary>
    private T Ask<T>(Func<JsonElement, T> question, T unknown)
    {
        if (_exchange.Body.Bytes.Length > BodyBytesMax)
        {
            return unknown;
        }

        try
        {
            _body ??= JsonDocument.Parse(
                _exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
            return question(AskedOf(_body.RootElement));
        }
        catch (InvalidOperationException)
        {
            return unknown;
        }
    }

    private static bool IsBound(Exchange exchange) =>
        exchange.Front == ModelFront.OpenAiResponses && exchange.Body.Bytes.Span.IndexOf("encrypted_content"u8) >= 0;

    /// <summary>Where the request's members stand: AIGNE's chat has them in <c>input</c>.</summary>
    private JsonElement AskedOf(JsonElement root) =>
        _exchange.Front.Shape.IsNested && root.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Object
            ? input
            : root;

    private static int? OutputLimit(JsonElement root)
    {
        foreach (var name in (ReadOnlySpan<string>)["generationConfig", "modelOptions"])
        {
            if (root.TryGetProperty(name, out var options) && options.ValueKind == JsonValueKind.Object
                && (Number(options, "maxOutputTokens") ?? Number(options, "maxTokens")) is { } nested)
            {
                return nested;
            }
        }

        return Limits.Select(name => Number(root, name)).FirstOrDefault(limit => limit is not null);
    }

    private static string? MetadataOf(JsonElement root, string name)
    {
        if (!root.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in metadata.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value.GetString();
            }
        }

        return null;
    }

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
        && number >= 0
            ? number
            : null;
}
