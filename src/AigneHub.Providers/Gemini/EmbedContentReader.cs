using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// Gemini's embedContent and batchEmbedContents (<see href="https://ai.google.dev/api/embeddings"/>). Not every model
/// reports its usage.
/// </summary>
internal sealed class EmbedContentReader : IAnswerReader
{
    private readonly byte[] _member;

    private EmbedContentReader(ModelApi api, ReadOnlySpan<byte> member)
    {
        Api = api;
        _member = member.ToArray();
    }

    public static EmbedContentReader One { get; } = new(ModelApi.GeminiEmbedContent, "embedding"u8);

    public static EmbedContentReader Batch { get; } = new(ModelApi.GeminiBatchEmbedContents, "embeddings"u8);

    public ModelApi Api { get; }

    public IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax) => null;

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            return ReadDocument(body);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => GeminiPrompt.CountEmbedding(request, counter);

    private AnswerReading ReadDocument(ReadOnlySpan<byte> body)
    {
        var found = false;
        var usage = default(GeminiUsage);
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new AnswerReading(false, null, VendorError.TryRead(body));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, _member))
            {
                reader.Read();
                found = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "usageMetadata"u8))
            {
                usage.Read(JsonScan.Value(ref reader, body));
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        if (!found)
        {
            return new AnswerReading(false, null, VendorError.TryRead(body));
        }

        var reported = usage.Usage is { Input: not null } known ? known with { Output = 0, Reasoning = null } : (TokenUsage?)null;
        return new AnswerReading(true, reported, null);
    }
}
