using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Anthropic;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Bedrock;

/// <summary>Bedrock's Converse (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"/>).</summary>
internal sealed class ConverseReader : IAnswerReader
{
    public ModelApi Api => ModelApi.BedrockConverse;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new ConverseStreamTap(textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var isAnswer = false;
            ReadOnlySpan<byte> usage = default;
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonScan.TextIs(ref reader, "output"u8))
                {
                    isAnswer = JsonScan.Value(ref reader, body) is [(byte)'{', ..];
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
            return new AnswerReading(isAnswer, ConverseUsage.Read(usage), isAnswer ? null : VendorError.TryRead(body));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) =>
        DeliveredText.CountMember(body, "output"u8, MessagesText.MemberOf, counter);

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => MessagesPrompt.Count(request, counter);
}
