using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Anthropic;

/// <summary>The Messages API (<see href="https://docs.claude.com/en/api/messages"/>).</summary>
internal sealed class MessagesReader : IAnswerReader
{
    public ModelApi Api => ModelApi.AnthropicMessages;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new MessagesStreamTap(textBytesMax);

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

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) =>
        DeliveredText.CountMember(body, "content"u8, MessagesText.MemberOf, counter);

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => MessagesPrompt.Count(request, counter);

    private static AnswerReading ReadDocument(ReadOnlySpan<byte> body)
    {
        var isMessage = false;
        var hasError = false;
        var usage = default(MessagesUsage);
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new AnswerReading(false, null, VendorError.TryRead(body));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "type"u8))
            {
                var type = JsonScan.Value(ref reader, body);
                isMessage = type.SequenceEqual("\"message\""u8);
                hasError |= type.SequenceEqual("\"error\""u8);
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage.Read(JsonScan.Value(ref reader, body));
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                hasError |= JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        return new AnswerReading(isMessage, usage.Usage, hasError ? VendorError.TryRead(body) : null);
    }
}
