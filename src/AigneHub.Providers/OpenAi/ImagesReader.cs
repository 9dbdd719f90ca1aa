using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Images, generated or edited (<see href="https://platform.openai.com/docs/api-reference/images"/>), as OpenAI and compatible
/// vendors write them. Vendors that charge by the image report no tokens: then none were charged, and nothing is estimated.
/// </summary>
internal sealed class ImagesReader : IAnswerReader
{
    private ImagesReader(ModelApi api) => Api = api;

    public static ImagesReader Generations { get; } = new(ModelApi.OpenAiImages);

    public static ImagesReader Edits { get; } = new(ModelApi.OpenAiImageEdits);

    public ModelApi Api { get; }

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new ImagesStreamTap(textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var document = ImagesDocument.Read(body);
            return document.IsError || !document.HasData
                ? new AnswerReading(false, null, VendorError.TryRead(body))
                : new AnswerReading(true, UsageOf(document, document.Images), null);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => TextPrompt.Count(request, counter);

    internal static TokenUsage UsageOf(in ImagesDocument document, long images) =>
        (document.Usage ?? TokenUsage.Free) with { Images = images, Form = document.Form };
}
