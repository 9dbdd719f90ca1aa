using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Fronts;

/// <summary>What an alias goes by, read from the request when it is first asked for. To be disposed.</summary>
internal sealed class RequestFacts : IRequestFacts, IDisposable
{
    /// <summary>Expected of an answer whose length the caller doesn't limit, in tokens.</summary>
    private const int OutputTokensGuess = 500;

    private const int PrefixBytesMax = 64 * 1024;
    private static readonly string[] Limits = ["max_completion_tokens", "max_output_tokens", "max_tokens"];
    private readonly Exchange _exchange;
    private readonly TokenCounter _tokens;
    private readonly JsonDocument _body;
    private int? _inputTokens;
    private Modalities? _modalities;

    private RequestFacts(Exchange exchange, TokenCounter tokens)
    {
        _exchange = exchange;
        _tokens = tokens;
        _body = JsonDocument.Parse(
            exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
    }

    public int InputTokens => _inputTokens ??= (int)Math.Min(
        int.MaxValue, AnswerReaders.For(_exchange.Front.Api).CountPrompt(_exchange.Body.Bytes.Span, _tokens));

    public int OutputTokens => Ask(OutputLimit, null) ?? OutputTokensGuess;

    /// <summary>Null when the call names no alias: nothing else asks for facts.</summary>
    /// <param name="exchange">Its body is well-formed JSON, an object.</param>
    public static RequestFacts? For(HubSnapshot snapshot, Exchange exchange, TokenCounter tokens) =>
        snapshot.Aliases.Count > 0 && snapshot.Aliases.ContainsKey(exchange.Head.Model) ? new RequestFacts(exchange, tokens) : null;

    public bool Holds(string modality) => (_modalities ??= Ask(Modalities.Of, Modalities.None)).Holds(modality);

    public string? Metadata(string name) => Ask(root => MetadataOf(root, name), null);

    public string? Header(string name) => _exchange.Http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>
    /// Names the conversation: the caller's key with what its first call began with, which all later calls repeat. The
    /// caller's own word for it (<c>prompt_cache_key</c>) wins.
    /// </summary>
    public ulong ConversationKey()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(_exchange.Caller.Key.Id));
        Ask(
            root =>
            {
                AppendConversation(hash, root);
                return true;
            }, false);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    public void Dispose() => _body.Dispose();

    /// <summary>A text with half a surrogate pair can't be read as one: what it stands in is unknown.</summary>
    private T Ask<T>(Func<JsonElement, T> question, T unknown)
    {
        try
        {
            return question(_body.RootElement);
        }
        catch (InvalidOperationException)
        {
            return unknown;
        }
    }

    private static int? OutputLimit(JsonElement root)
    {
        if (root.TryGetProperty("generationConfig", out var config) && config.ValueKind == JsonValueKind.Object
            && Number(config, "maxOutputTokens") is { } gemini)
        {
            return gemini;
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

    /// <summary>The caller's own word for it, or the instructions and the messages up to the user's first.</summary>
    private static void AppendConversation(IncrementalHash hash, JsonElement root)
    {
        if (root.TryGetProperty("prompt_cache_key", out var named) && named.ValueKind == JsonValueKind.String)
        {
            Append(hash, named);
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["system", "instructions", "systemInstruction", "system_instruction"])
        {
            if (root.TryGetProperty(name, out var instructions))
            {
                Append(hash, instructions);
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["messages", "contents", "input"])
        {
            if (!root.TryGetProperty(name, out var messages))
            {
                continue;
            }

            if (messages.ValueKind != JsonValueKind.Array)
            {
                Append(hash, messages);
                continue;
            }

            foreach (var message in messages.EnumerateArray())
            {
                Append(hash, message);
                if (IsUsers(message))
                {
                    break;
                }
            }
        }
    }

    private static bool IsUsers(JsonElement message) =>
        message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role)
        || (role.ValueKind == JsonValueKind.String && role.ValueEquals("user"u8));

    private static void Append(IncrementalHash hash, JsonElement value)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(value);
        hash.AppendData(bytes[..Math.Min(bytes.Length, PrefixBytesMax)]);
    }

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
        && number >= 0
            ? number
            : null;
}
