using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Bodies;
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
    private readonly BodyMemory _memory;
    private long _taken;
    private bool _isStructured;

    /// <param name="maxOutput">Most output tokens of the target's model; null: unknown.</param>
    /// <param name="memory">What bounds the memory of all requests together.</param>
    public TranslatingCodec(Exchange exchange, ApiBinding binding, ProviderRow? row, int? maxOutput, BodyMemory memory)
    {
        _memory = memory;
        _exchange = exchange;
        _binding = binding;
        _row = row;
        _maxOutput = maxOutput;
        _front = ChatFormats.Front(exchange.Front.Api);
        _vendor = ChatFormats.Vendor(binding.Api, row);
    }

    public ModelApi Api => _binding.Api;

    /// <summary>Converse has the model in its path alone. Its writer goes by the title, too: an ARN may name no model.</summary>
    private string ModelName => _binding.Api == ModelApi.BedrockConverse && _exchange.Target.Title is { } title
        ? $"{_exchange.Target.UpstreamModel} {title}"
        : _exchange.Target.UpstreamModel;

    public bool Streams => _exchange.Head.Stream;

    public bool AnswersBytes => false;

    private AnswerContext Context => new(
        _exchange.RequestId, _exchange.Head.Model, _exchange.StartedAt, _exchange.Head.IncludeUsage)
    {
        Request = _exchange.Body.Bytes,
        Target = _exchange.Target.FullName,
        IsStructured = _isStructured,
        StreamBesideBody = _exchange.Call.Stream,
        CreditsOf = _exchange.Caller.SpendsCredit ? CreditsOf : null,
    };

    private long? CreditsOf(TokenUsage usage) => UsageOf.Credits(_exchange, usage);

    public (UpstreamPayload? Body, HubError? Error) Request()
    {
        if (Take(MemoryOf(_exchange.Body.Bytes.Span)) is { } tooMuch)
        {
            return (null, tooMuch);
        }

        var written = new ArrayBufferWriter<byte>(_exchange.Body.Bytes.Length + 256);
        var error = Write(written);
        // Only what was written is still needed.
        var rest = Math.Min(_taken, written.Capacity);
        _memory.Release(_taken - rest);
        _taken = rest;
        return error is null ? Edited(written) : (null, error);
    }

    public void Dispose()
    {
        _memory.Release(_taken);
        _taken = 0;
    }

    /// <summary>
    /// What the reading of a request and the writing of another hold at most, in bytes: texts as UTF-16, a body that grows by
    /// doubling, and about a hundred bytes for each value, of which there are hardly more than commas.
    /// </summary>
    private static long MemoryOf(ReadOnlySpan<byte> body) => (4L * body.Length) + (100L * body.Count((byte)','));

    private HubError? Take(long bytes)
    {
        if (bytes > _memory.BytesMax)
        {
            return new HubError(
                413, "request_too_large", Blame.Caller,
                $"The request is too large, or has too many values, to be translated for {_exchange.Target.FullName}: shorten it, "
                + "or call a model whose provider serves this API itself.");
        }

        if (!_memory.TryTake(bytes))
        {
            return BodyErrors.Overloaded;
        }

        _taken = bytes;
        return null;
    }

    private HubError? Write(ArrayBufferWriter<byte> written)
    {
        using var document = JsonDocument.Parse(
            _exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
        var (request, error) = _front.ReadRequest(document.RootElement);
        if (request is null)
        {
            return error;
        }

        _isStructured = request.Format?.Schema is not null;
        var warnings = new Warnings();
        using (var json = new Utf8JsonWriter(written))
        {
            error = _vendor.WriteRequest(
                request with
                {
                    Stream = _exchange.Head.Stream,
                    MaxOutputTokens = LimitOf(request.MaxOutputTokens, _exchange.OutputTokens),
                },
                ModelName, _maxOutput, json, warnings);
        }

        _exchange.Warnings = error is null ? warnings.Dropped : [];
        return error;
    }

    /// <summary>Nothing is sent without the limit that is paid for, whatever else the request has for one.</summary>
    private int? LimitOf(int? asked, int? reserved) =>
        reserved is { } tokens ? Math.Min(asked ?? tokens, Math.Min(tokens, _maxOutput ?? tokens)) : asked;

    /// <summary>From here on it is a request like one that a client of that API has sent.</summary>
    private (UpstreamPayload? Body, HubError? Error) Edited(ArrayBufferWriter<byte> written)
    {
        var shape = ModelFront.ShapeOf(_binding.Api);
        var (head, error) = RequestHeadParser.Parse(written.WrittenSpan, shape, _exchange.Target.UpstreamModel);
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
