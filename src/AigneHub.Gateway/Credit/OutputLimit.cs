using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// Writes how long an answer may be into a request that doesn't say, or says more, or says it in a word that the vendor doesn't
/// know: what is paid for is what is reserved.
/// </summary>
internal static class OutputLimit
{
    private const string GeminiGroup = "generationConfig";
    private const string GeminiGroupInSnakeCase = "generation_config";
    private const string Limit = "max_tokens";
    private const string CompletionLimit = "max_completion_tokens";

    /// <summary>The edits of a request in a vendor's own API; none where the API has no such limit.</summary>
    /// <param name="body">Well-formed JSON, an object that is not empty, as <see cref="RequestDemand"/> takes it.</param>
    /// <param name="row">Of the vendor; null: one that is configured by hand.</param>
    /// <param name="tokens">The most that is paid for.</param>
    public static IReadOnlyList<BodyEdit> Of(
        ReadOnlySpan<byte> body, RequestHead head, ModelApi api, ProviderRow? row, int tokens) => api switch
        {
            ModelApi.OpenAiChat => OfChat(body, head, OpenAiChatTraits.Of(row).CompletionLimit, tokens),
            ModelApi.OpenAiResponses => OfMember(body, head, "max_output_tokens", tokens),
            ModelApi.OpenAiCompletions or ModelApi.AnthropicMessages => OfMember(body, head, Limit, tokens),
            ModelApi.GeminiGenerateContent => OfGemini(body, head, tokens),
            _ => [],
        };

    private static BodyEdit[] OfMember(ReadOnlySpan<byte> body, RequestHead head, string name, int tokens) =>
        MemberOf(body, name) is { } known
            ? AtMost(body, known.Value, 0, tokens)
            : [Put(head, $"\"{name}\":{Text(tokens)}")];

    /// <summary>
    /// Vendors that don't know <c>max_completion_tokens</c> pass over it and answer as long as they like
    /// (<see href="https://api-docs.deepseek.com/api/create-chat-completion"/>).
    /// </summary>
    private static BodyEdit[] OfChat(ReadOnlySpan<byte> body, RequestHead head, bool hasCompletionLimit, int tokens)
    {
        var limit = MemberOf(body, Limit);
        if (MemberOf(body, CompletionLimit) is not { } completion)
        {
            return limit is { } known && (!hasCompletionLimit || ValueOf(body, known.Value) is not null)
                ? AtMost(body, known.Value, 0, tokens)
                : [Put(head, $"\"{(hasCompletionLimit ? CompletionLimit : Limit)}\":{Text(tokens)}")];
        }

        if (hasCompletionLimit)
        {
            return limit is { } older && ValueOf(body, completion.Value) is null && ValueOf(body, older.Value) is not null
                ? AtMost(body, older.Value, 0, tokens)
                : [.. AtMost(body, completion.Value, 0, tokens), .. limit is { } both ? Less(body, both.Value, tokens) : []];
        }

        var asked = Math.Min(ValueOf(body, completion.Value) ?? tokens, tokens);
        if (limit is not { } other)
        {
            return [Edit(completion.Name.Start, completion.Value.End, $"\"{Limit}\":{Text(asked)}")];
        }

        // Each takes the comma that stands between it and the next, or the one before it at the end.
        var rest = body[completion.Value.End..];
        var behind = rest.TrimStart(" \t\r\n"u8);
        var isLast = behind[0] != ',';
        var start = isLast ? body[..completion.Name.Start].LastIndexOf((byte)',') : completion.Name.Start;
        var end = isLast ? completion.Value.End : body.Length - behind.Length + 1;
        return [Edit(start, end, ""), .. AtMost(body, other.Value, 0, ValueOf(body, other.Value) is null ? asked : tokens)];
    }

    private static BodyEdit[] OfGemini(ReadOnlySpan<byte> body, RequestHead head, int tokens)
    {
        var member = $"\"maxOutputTokens\":{Text(tokens)}";
        if ((MemberOf(body, GeminiGroup) ?? MemberOf(body, GeminiGroupInSnakeCase)) is not { Value: var group })
        {
            return [Put(head, $"\"{GeminiGroup}\":{{{member}}}")];
        }

        var options = body.Slice(group.Start, group.Length);
        if (options[0] != '{')
        {
            return [Edit(group.Start, group.End, $"{{{member}}}")];
        }

        var isEmpty = options[1..].TrimStart(" \t\r\n"u8)[0] == '}';
        return (MemberOf(options, "maxOutputTokens") ?? MemberOf(options, "max_output_tokens")) is { Value: var nested }
            ? AtMost(options, nested, group.Start, tokens)
            : [Edit(group.Start + 1, group.Start + 1, $"{member}{(isEmpty ? "" : ",")}")];
    }

    /// <summary>None where the value is a number that is no higher.</summary>
    private static BodyEdit[] AtMost(ReadOnlySpan<byte> json, JsonSpan value, int offset, int tokens) =>
        ValueOf(json, value) is { } asked && asked <= tokens
            ? []
            : [Edit(offset + value.Start, offset + value.End, Text(tokens))];

    /// <summary>A number that is higher is replaced; what is none stays.</summary>
    private static BodyEdit[] Less(ReadOnlySpan<byte> json, JsonSpan value, int tokens) =>
        ValueOf(json, value) is null ? [] : AtMost(json, value, 0, tokens);

    private static BodyEdit Put(RequestHead head, string member) => Edit(head.EndBrace, head.EndBrace, $",{member}");

    private static BodyEdit Edit(int start, int end, string by) => new(start, end - start, Encoding.UTF8.GetBytes(by));

    private static string Text(int tokens) => tokens.ToString(CultureInfo.InvariantCulture);

    /// <summary>Null for what is no whole number.</summary>
    private static int? ValueOf(ReadOnlySpan<byte> json, JsonSpan value) =>
        Utf8Parser.TryParse(json.Slice(value.Start, value.Length), out int number, out var read) && read == value.Length
            ? number
            : null;

    /// <summary>Where a member stands: its name with its quotes, and its value.</summary>
    private static (JsonSpan Name, JsonSpan Value)? MemberOf(ReadOnlySpan<byte> json, string name)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            var member = (int)reader.TokenStartIndex;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isIt)
            {
                return (new JsonSpan(member, start - member), new JsonSpan(start, (int)reader.BytesConsumed - start));
            }
        }

        return null;
    }
}
