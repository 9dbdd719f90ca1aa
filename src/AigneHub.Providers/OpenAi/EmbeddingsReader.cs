using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Embeddings (<see href="https://platform.openai.com/docs/api-reference/embeddings/create"/>): nothing is generated.
/// </summary>
internal sealed class EmbeddingsReader : IAnswerReader
{
    public ModelApi Api => ModelApi.OpenAiEmbeddings;

    public IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax) => null;

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            return ReadDocument(body, quirks);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => TextPrompt.Count(request, counter);

    private static AnswerReading ReadDocument(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        var hasData = false;
        var hasError = false;
        TokenUsage? usage = null;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new AnswerReading(false, null, VendorError.TryRead(body));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "data"u8))
            {
                reader.Read();
                hasData = reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage = OpenAiUsage.TryRead(JsonScan.Value(ref reader, body), quirks, out var read) ? read : null;
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                hasError = JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        usage = usage is { Input: not null } known ? known with { Output = 0 } : usage;
        return new AnswerReading(hasData, usage, hasError ? VendorError.TryRead(body) : null);
    }
}
