using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Gateway.Videos;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation;
using AigneHub.Translation.Images;
using AigneHub.Translation.Videos;

namespace AigneHub.Gateway.Attempts;

/// <summary>Begins a video: OpenAI's request as it is, or Veo's; the answer is the hub's own job.</summary>
internal sealed class VideoCodec(Exchange exchange, ApiBinding binding, ProviderRow? row, VideoKeeper keeper) : IAttemptCodec
{
    private readonly IVideoVendor _vendor = VideoVendors.Of(binding.Api);
    private VideoRequest _request = null!;

    public ModelApi Api => binding.Api;

    public bool Streams => false;

    public bool AnswersBytes => false;

    public (UpstreamPayload? Body, HubError? Error) Request()
    {
        using var document = JsonDocument.Parse(
            exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
        var (request, error) = VideoRequest.Read(document.RootElement);
        if (request is null)
        {
            return (null, error);
        }

        _request = request;
        if (binding.Api == exchange.Front.Api)
        {
            return new PassthroughCodec(exchange, binding, row).Request();
        }

        if (exchange.Body.Form?.File("input_reference") is { } file)
        {
            _request = request with { Reference = ImageFile.Of(file) };
        }

        var warnings = new Warnings();
        var files = new FilePieces();
        var written = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(written))
        {
            error = VideoVendors.Veo.WriteRequest(_request, json, files, warnings);
        }

        exchange.Warnings = warnings.Dropped;
        return error is null ? (files.Payload(written.WrittenMemory), null) : (null, error);
    }

    public VendorError? RefusalIn(ReadOnlyMemory<byte> content) => StateIn(content) is { Status: VideoStatus.Failed } failed
        ? VendorError.OfRefusal(failed.ErrorMessage ?? "The provider made no video and gave no reason.")
        : null;

    public async ValueTask<TokenUsage?> AcceptAsync(ReadOnlyMemory<byte> content)
    {
        if (StateIn(content) is not { } state)
        {
            return null;
        }

        var job = new VideoJob
        {
            Account = exchange.Caller.Account,
            CallId = exchange.Id,
            Provider = exchange.Target.Provider.Id,
            Credential = exchange.Credential.Id,
            Model = exchange.Target.UpstreamModel,
            VendorId = state.VendorId,
            Seconds = state.Seconds ?? _request.Seconds ?? _vendor.SecondsUnasked,
            Size = ReturnedForm.Plain(state.Size) ?? _request.Size?.ToString() ?? _vendor.SizeUnasked,
            Status = state.Status,
            Progress = state.Progress ?? 0,
            ExpiresAt = state.ExpiresAt,
            Content = state.Content,
            Purses = exchange.Caller.Terms.Purses.All,
        };
        await keeper.AddAsync(job);
        exchange.Video = job;
        return TokenUsage.Free with { Seconds = job.Seconds, Form = new ReturnedForm(null, _vendor.PriceForm(job.Size)) };
    }

    public CodecAnswer? Answer(ReadOnlyMemory<byte> content) => exchange.Video is { } job ? new CodecAnswer(VideoDocument.Of(job)) : null;

    public IStreamPasser NewStream() => throw new InvalidOperationException("Videos are not streamed.");

    private VideoState? StateIn(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return _vendor.ReadState(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or no text (half a surrogate pair).
            return null;
        }
    }
}
