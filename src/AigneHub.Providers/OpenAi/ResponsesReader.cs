using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>The Responses API (<see href="https://platform.openai.com/docs/api-reference/responses/object"/>).</summary>
internal sealed class ResponsesReader : IAnswerReader
{
    public ModelApi Api => ModelApi.OpenAiResponses;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new ResponsesStreamTap(quirks, textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var document = ResponsesDocument.Read(body, quirks);
            if (!document.IsResponse)
            {
                return new AnswerReading(false, document.Usage, document.Error.IsEmpty ? null : VendorError.TryRead(body));
            }

            // Within a response the error is no document of its own: what a client gets as one must not be a response.
            return document.Failed || !document.Error.IsEmpty
                ? new AnswerReading(false, document.Usage, VendorError.OfFailure(document.Error))
                : new AnswerReading(true, document.Usage, null, document.Id, document.Model);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) =>
        DeliveredText.CountMember(body, "output"u8, ResponsesDocument.TextMemberOf, counter);

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => ResponsesPrompt.Count(request, counter);
}
