using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Reading;

/// <summary>
/// An API that does not stream and whose answer is known by one member. It reports no usage: vendors don't charge for it, or
/// (videos) what it costs is known from the job that has begun.
/// </summary>
internal sealed class FreeReader : IAnswerReader
{
    private readonly byte[] _member;
    private readonly JsonTokenType _begins;

    private FreeReader(ModelApi api, ReadOnlySpan<byte> member, JsonTokenType begins)
    {
        Api = api;
        _member = member.ToArray();
        _begins = begins;
    }

    /// <summary>https://platform.openai.com/docs/api-reference/moderations/object</summary>
    public static FreeReader OpenAiModerations { get; } = new(ModelApi.OpenAiModerations, "results"u8, JsonTokenType.StartArray);

    /// <summary>https://docs.claude.com/en/api/messages-count-tokens</summary>
    public static FreeReader AnthropicCountTokens { get; } =
        new(ModelApi.AnthropicCountTokens, "input_tokens"u8, JsonTokenType.Number);

    /// <summary>https://ai.google.dev/api/tokens</summary>
    public static FreeReader GeminiCountTokens { get; } = new(ModelApi.GeminiCountTokens, "totalTokens"u8, JsonTokenType.Number);

    /// <summary>https://platform.openai.com/docs/api-reference/videos/object</summary>
    public static FreeReader OpenAiVideos { get; } = new(ModelApi.OpenAiVideos, "status"u8, JsonTokenType.String);

    /// <summary>https://ai.google.dev/gemini-api/docs/video</summary>
    public static FreeReader GoogleVeo { get; } = new(ModelApi.GoogleVeo, "name"u8, JsonTokenType.String);

    public ModelApi Api { get; }

    public IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax) => null;

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            return IsAnswer(body)
                ? new AnswerReading(true, TokenUsage.Free, null)
                : new AnswerReading(false, null, VendorError.TryRead(body));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => 0;

    private bool IsAnswer(ReadOnlySpan<byte> body)
    {
        var found = false;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = JsonScan.TextIs(ref reader, _member);
            reader.Read();
            found |= isIt && reader.TokenType == _begins;
            reader.Skip();
        }

        reader.Read(); // Throws when something follows the object.
        return found;
    }
}
