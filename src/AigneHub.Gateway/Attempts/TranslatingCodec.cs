using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation;

namespace AigneHub.Gateway.Attempts;

/// <summary>Another format than the client's: its request is read, and written anew for the target; the answer likewise.</summary>
internal sealed class TranslatingCodec : IAttemptCodec
{
    private readonly Exchange _exchange;
    private readonly ApiBinding _binding;
    private readonly ProviderRow? _row;
    private readonly IFrontFormat _front;
    private readonly IVendorFormat _vendor;
    private readonly int? _maxOutput;

    /// <param name="maxOutput">Most output tokens of the target's model; null: unknown.</param>
    public TranslatingCodec(Exchange exchange, ApiBinding binding, ProviderRow? row, int? maxOutput)
    {
        _exchange = exchange;
        _binding = binding;
        _row = row;
        _maxOutput = maxOutput;
        _front = ChatFormats.Front(exchange.Front.Api);
        _vendor = ChatFormats.Vendor(binding.Api, row);
    }

    public ModelApi Api => _binding.Api;

    public bool Streams => _exchange.Head.Stream;

    public bool AnswersBytes => false;

    private AnswerContext Context => new(
        _exchange.RequestId, _exchange.Head.Model, _exchange.StartedAt, _exchange.Head.IncludeUsage);

    public (UpstreamPayload? Body, HubError? Error) Request()
    {
        using var document = JsonDocument.Parse(
            _exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
        var (request, error) = _front.ReadRequest(document.RootElement);
        if (request is null)
        {
            return (null, error);
        }

        var warnings = new Warnings();
        var written = new ArrayBufferWriter<byte>(_exchange.Body.Bytes.Length + 256);
        using (var json = new Utf8JsonWriter(written))
        {
            error = _vendor.WriteRequest(
                request with { Stream = _exchange.Head.Stream }, _exchange.Target.UpstreamModel, _maxOutput, json, warnings);
        }

        if (error is not null)
        {
            return (null, error);
        }

        _exchange.Warnings = warnings.Dropped;

        // From here on it is a request like one that a client of that API has sent.
        var shape = ModelFront.ShapeOf(_binding.Api);
        (var head, error) = RequestHeadParser.Parse(written.WrittenSpan, shape, _exchange.Target.UpstreamModel);
        return head is null
            ? (null, error)
            : (UpstreamPayload.Json(RequestEdit.Apply(
                written.WrittenMemory, head, shape, _binding.Dialect, _exchange.Target.UpstreamModel, _row?.TakesStreamOptions ?? true)),
                null);
    }

    public CodecAnswer? Answer(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        if (_vendor.ReadAnswer(document.RootElement) is not { } answer)
        {
            return null;
        }

        var written = new ArrayBufferWriter<byte>(content.Length + 256);
        _front.WriteAnswer(answer, Context, written);
        return new CodecAnswer(written.WrittenMemory);
    }

    public IStreamPasser NewStream() => new TranslatingPasser(_vendor.NewStream(), _front.NewStream(Context));
}
