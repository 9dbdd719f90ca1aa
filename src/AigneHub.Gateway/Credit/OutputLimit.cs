using System.Globalization;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Gateway.Credit;

/// <summary>Writes how long an answer may be into a request that doesn't say: what is paid for is what is reserved.</summary>
internal static class OutputLimit
{
    private const string GeminiGroup = "generationConfig";
    private const string GeminiGroupInSnakeCase = "generation_config";

    /// <summary>The edit of a request in a vendor's own API; null where the API has no such limit.</summary>
    /// <param name="body">Well-formed JSON, an object that is not empty and has no such limit but null.</param>
    /// <param name="row">Of the vendor; null: one that is configured by hand.</param>
    public static BodyEdit? Of(ReadOnlySpan<byte> body, RequestHead head, ModelApi api, ProviderRow? row, int tokens)
    {
        var name = api switch
        {
            ModelApi.OpenAiChat => OpenAiChatTraits.Of(row).CompletionLimit ? "max_completion_tokens" : "max_tokens",
            ModelApi.OpenAiResponses => "max_output_tokens",
            ModelApi.OpenAiCompletions or ModelApi.AnthropicMessages => "max_tokens",
            ModelApi.GeminiGenerateContent => "maxOutputTokens",
            _ => null,
        };
        if (name is null)
        {
            return null;
        }

        var value = tokens.ToString(CultureInfo.InvariantCulture);
        if (api != ModelApi.GeminiGenerateContent)
        {
            return ValueOf(body, name) is { } known
                ? Edit(known, value)
                : Edit(new JsonSpan(head.EndBrace, 0), $",\"{name}\":{value}");
        }

        if ((ValueOf(body, GeminiGroup) ?? ValueOf(body, GeminiGroupInSnakeCase)) is not { } group)
        {
            return Edit(new JsonSpan(head.EndBrace, 0), $",\"{GeminiGroup}\":{{\"{name}\":{value}}}");
        }

        var options = body.Slice(group.Start, group.Length);
        if (options[0] != '{')
        {
            return Edit(group, $"{{\"{name}\":{value}}}");
        }

        var isEmpty = options[1..].TrimStart(" \t\r\n"u8)[0] == '}';
        return (ValueOf(options, name) ?? ValueOf(options, "max_output_tokens")) is { } nested
            ? Edit(new JsonSpan(group.Start + nested.Start, nested.Length), value)
            : Edit(new JsonSpan(group.Start + 1, 0), $"\"{name}\":{value}{(isEmpty ? "" : ",")}");
    }

    private static BodyEdit Edit(JsonSpan at, string by) => new(at.Start, at.Length, Encoding.UTF8.GetBytes(by));

    /// <summary>Where a member's value stands.</summary>
    private static JsonSpan? ValueOf(ReadOnlySpan<byte> json, string name)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isIt)
            {
                return new JsonSpan(start, (int)reader.BytesConsumed - start);
            }
        }

        return null;
    }
}
