using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Ideogram;

/// <summary>
/// Ideogram's answers (https://developer.ideogram.ai/api-reference/api-reference/generate-v3): a list <c>data</c> like OpenAI's,
/// charged by the image. An image that was found unsafe has no address and is not charged.
/// </summary>
internal sealed class IdeogramReader : IAnswerReader
{
    public ModelApi Api => ModelApi.IdeogramGenerate;

    public IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax) => null;

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var document = ImagesDocument.Read(body);
            return document.IsError || !document.HasData
                ? new AnswerReading(false, null, VendorError.TryRead(body))
                : new AnswerReading(true, TokenUsage.Free with { Images = document.Images }, null);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => 0;
}
