using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation;

namespace AigneHub.Gateway.Attempts;

/// <summary>Another form for the client of the whole answers that a codec makes.</summary>
internal sealed class ReshapingCodec(
    IAttemptCodec inner, Exchange exchange, Action<JsonElement, AnswerContext, IBufferWriter<byte>> reshape) : IAttemptCodec
{
    public ModelApi Api => inner.Api;

    public bool Streams => inner.Streams;

    public bool AnswersBytes => inner.AnswersBytes;

    public ReturnedForm Form => inner.Form;

    public int? Images => inner.Images;

    public (UpstreamPayload? Body, HubError? Error) Request() => inner.Request();

    public VendorError? RefusalIn(ReadOnlyMemory<byte> content) => inner.RefusalIn(content);

    public ValueTask<TokenUsage?> AcceptAsync(ReadOnlyMemory<byte> content) => inner.AcceptAsync(content);

    public IStreamPasser NewStream() => inner.NewStream();

    public CodecAnswer? Answer(ReadOnlyMemory<byte> content)
    {
        if (inner.Answer(content) is not { } answer)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(answer.Bytes);
            var written = new ArrayBufferWriter<byte>(answer.Bytes.Length + 256);
            var context = new AnswerContext(exchange.RequestId, exchange.Head.Model, exchange.StartedAt, IncludeUsage: false)
            {
                Target = exchange.Target.FullName,
                Credits = UsageOf.Credits(exchange),
            };
            reshape(document.RootElement, context, written);
            return new CodecAnswer(written.WrittenMemory);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or no text (half a surrogate pair).
            return null;
        }
    }

    public void Dispose() => inner.Dispose();
}
