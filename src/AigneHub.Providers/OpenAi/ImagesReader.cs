using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Images, generated or edited (<see href="https://platform.openai.com/docs/api-reference/images"/>), as OpenAI and compatible
/// vendors write them. Vendors that charge by the image report no tokens.
/// </summary>
internal sealed class ImagesReader : IAnswerReader
{
    /// <summary>Of a square image in high quality: https://platform.openai.com/docs/guides/image-generation#cost-and-latency</summary>
    private const long ImageTokens = 4160;

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

    /// <summary>Images for a price by the image, generated tokens for one by tokens.</summary>
    public bool Fits(in TokenUsage usage, ModelRates? rates) => rates is null || usage.Images == 0 || (rates.Has(UnitKind.Image)
        ? usage.Images > 0
        : !IsByToken(rates) || (usage.ImageOutput ?? 0) + (usage.Output ?? 0) > 0);

    /// <summary>By the image, unless the model's price knows of tokens only; an answer that was cut is one image.</summary>
    public TokenUsage Estimate(in UnreportedCall call, TokenCounter counter)
    {
        var reported = call.Reported ?? default;
        var images = reported.Images ?? 1;
        var byToken = call.Rates is { } rates && !rates.Has(UnitKind.Image) && IsByToken(rates);
        var made = (reported.ImageOutput ?? 0) + (reported.Output ?? 0);
        return reported with
        {
            Input = reported.Input is > 0 and var input ? input : byToken ? CountPrompt(call.Request, counter) : 0,
            Output = reported.Output ?? 0,
            ImageOutput = byToken && made == 0 ? images * ImageTokens : reported.ImageOutput,
            Images = images,
        };
    }

    private static bool IsByToken(ModelRates rates) => rates[UnitKind.ImageOutput] is not null || rates[UnitKind.Output] is not null;

    internal static TokenUsage UsageOf(in ImagesDocument document, long images) =>
        (document.Usage ?? TokenUsage.Free) with { Images = images, Form = document.Form };
}
