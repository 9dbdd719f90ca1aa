using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Cohere;

/// <summary>Cohere's chat, version 2 (<see href="https://docs.cohere.com/reference/chat"/>).</summary>
internal sealed class CohereReader : IAnswerReader
{
    public ModelApi Api => ModelApi.CohereChat;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new CohereStreamTap(textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var hasMessage = false;
            var hasFinish = false;
            ReadOnlySpan<byte> usage = default;
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonScan.TextIs(ref reader, "message"u8))
                {
                    hasMessage = JsonScan.Value(ref reader, body) is [(byte)'{', ..];
                }
                else if (JsonScan.TextIs(ref reader, "finish_reason"u8))
                {
                    hasFinish = JsonScan.SkipValue(ref reader);
                }
                else if (JsonScan.TextIs(ref reader, "usage"u8))
                {
                    usage = JsonScan.Value(ref reader, body);
                }
                else
                {
                    reader.Skip();
                }
            }

            reader.Read(); // Throws when something follows the object.
            var isAnswer = hasMessage && hasFinish;
            return new AnswerReading(isAnswer, CohereUsage.Read(usage), isAnswer ? null : VendorError.TryRead(body));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) =>
        DeliveredText.CountMember(body, "message"u8, CohereText.MemberOf, counter);

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => ChatPrompt.Count(request, counter);
}
