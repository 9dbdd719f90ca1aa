using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation;
using AigneHub.Translation.Images;

namespace AigneHub.Gateway.Attempts;

/// <summary>OpenAI's API of images for a vendor that has another one.</summary>
/// <param name="bytesMax">What a streamed answer's images may hold.</param>
internal sealed class ImageCodec(Exchange exchange, ApiBinding binding, long bytesMax) : IAttemptCodec
{
    private readonly IImageVendor _vendor = ImageVendors.Of(binding.Api);
    private ImageAnswer? _answer;
    private ImagePasser? _passer;

    public ModelApi Api => binding.Api;

    public bool Streams => exchange.Head.Stream;

    public bool AnswersBytes => false;

    public ReturnedForm Form { get; private set; }

    private bool Edits => exchange.Front.Api == ModelApi.OpenAiImageEdits;

    public (UpstreamPayload? Body, HubError? Error) Request()
    {
        using var document = JsonDocument.Parse(
            exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
        var (request, error) = ImageRequestReader.ReadRequest(document.RootElement, exchange.Head.Stream);
        error ??= exchange.Head.Stream && !_vendor.Streams ? CantStream() : null;
        if (error is null && Edits)
        {
            (request, error) = WithFiles(request!);
        }

        if (error is not null)
        {
            return (null, error);
        }

        var warnings = new Warnings();
        var files = new FilePieces();
        var written = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(written))
        {
            error = _vendor.WriteRequest(request!, exchange.Target.UpstreamModel, json, files, warnings);
        }

        if (error is not null)
        {
            return (null, error);
        }

        exchange.Warnings = warnings.Dropped;
        Form = _vendor.FormOf(request!);
        return (files.Payload(written.WrittenMemory), null);
    }

    public int? Images => _answer?.Images.Count ?? _passer?.Images;

    public VendorError? RefusalIn(ReadOnlyMemory<byte> content) =>
        (_answer = Read(content)) is { Images.Count: 0 } empty
            ? VendorError.OfRefusal(empty.Refusal ?? "The provider has answered without an image.")
            : null;

    public CodecAnswer? Answer(ReadOnlyMemory<byte> content)
    {
        if (_answer is not { } answer)
        {
            return null;
        }

        var written = new ArrayBufferWriter<byte>(content.Length + 256);
        ImageAnswerWriter.WriteAnswer(answer, exchange.StartedAt, written);
        return new CodecAnswer(written.WrittenMemory);
    }

    public IStreamPasser NewStream() => _passer = new ImagePasser(_vendor, Edits, exchange.StartedAt, bytesMax);

    private ImageAnswer? Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return _vendor.ReadAnswer(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or no text (half a surrogate pair).
            return null;
        }
    }

    private (ImageRequest? Request, HubError? Error) WithFiles(ImageRequest request)
    {
        if (exchange.Body.Form is not { } form)
        {
            return (null, new HubError(
                415, "unsupported_media_type", Blame.Caller,
                $"The provider {exchange.Target.Provider.Id} takes images, not their addresses: send them as files "
                + "(Content-Type: multipart/form-data; in AIGNE's calls parts of the type 'file')."));
        }

        return (request with
        {
            Inputs = [.. form.Parts.Where(part => part.IsFile && part.IsNamed("image")).Select(ImageFile.Of)],
            Mask = form.File("mask") is { } mask ? ImageFile.Of(mask) : null,
        }, null);
    }

    private HubError CantStream() => new(
        400, "unsupported_parameter", Blame.Caller,
        $"The provider {exchange.Target.Provider.Id} returns images whole: leave 'stream' out.", "stream");
}
