using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Watches a stream of images go by (<see href="https://platform.openai.com/docs/api-reference/images-streaming"/>):
/// <c>image_generation.partial_image</c> and <c>.completed</c>, <c>image_edit.…</c> alike. Doubao sends each image of a group as
/// <c>image_generation.partial_succeeded</c> (https://www.volcengine.com/docs/82379/1824137).
/// </summary>
internal sealed class ImagesStreamTap(int textBytesMax) : SseStreamTap(textBytesMax)
{
    /// <summary>What a partial image costs: https://platform.openai.com/docs/guides/image-generation#partial-images-cost</summary>
    private const long PartialImageTokens = 100;

    private long _images;

    private protected override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        var document = ImagesDocument.Read(data);
        if (document.Type.EndsWith(".partial_image"u8))
        {
            if (!SawFinish)
            {
                // Known to be paid, though the tokens of the prompt are not known before the end.
                Usage = new TokenUsage { ImageOutput = (Usage?.ImageOutput ?? 0) + PartialImageTokens };
            }

            return StreamEventKind.Content;
        }

        if (document.Type.EndsWith(".completed"u8) || document.Type.EndsWith(".partial_succeeded"u8))
        {
            _images += document.Images;
            Usage = Sum(SawFinish ? Usage : null, ImagesReader.UsageOf(document, _images));
            SawFinish = true;
            return StreamEventKind.Content;
        }

        return document.IsError && !document.Type.EndsWith(".partial_failed"u8) ? Failed(data)
            : document.Type.IsEmpty ? StreamEventKind.Malformed
            : StreamEventKind.Content;
    }

    /// <summary>Each image of a stream reports its own tokens.</summary>
    private static TokenUsage Sum(TokenUsage? before, TokenUsage added) => before is not { } sum ? added : added with
    {
        Input = sum.Input + added.Input,
        ImageInput = (sum.ImageInput ?? 0) + (added.ImageInput ?? 0),
        Output = sum.Output + added.Output,
        ImageOutput = (sum.ImageOutput ?? 0) + (added.ImageOutput ?? 0),
        Form = added.Form.Or(sum.Form),
    };
}
