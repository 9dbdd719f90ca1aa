using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Attempts;

/// <summary>The client's own format: bytes as they come, but for the few edits that the target needs.</summary>
internal sealed class PassthroughCodec(Exchange exchange, ApiBinding binding, ProviderRow? row) : IAttemptCodec
{
    public ModelApi Api => binding.Api;

    public bool Streams => exchange.Head.Stream;

    public bool AnswersBytes => exchange.Front.Shape.AnswersBytes;

    public (UpstreamPayload? Body, HubError? Error) Request() => (
        exchange.Body.Form is { } form
            ? FormEdit.Apply(form, exchange.Target.UpstreamModel)
            : UpstreamPayload.Json(RequestEdit.Apply(
                exchange.Body.Bytes, exchange.Head, exchange.Front.Shape, binding.Dialect, exchange.Target.UpstreamModel,
                row?.TakesStreamOptions ?? true, ForwardedHeaders.Betas(exchange.Http.Request.Headers))), null);

    public ReturnedForm Form => exchange.Front.Shape.ReturnsImages ? RequestedForm.Of(exchange.Body.Bytes.Span) : default;

    public CodecAnswer? Answer(ReadOnlyMemory<byte> content) => new CodecAnswer(content);

    public IStreamPasser NewStream() =>
        new RawPasser(dropUsage: exchange.Front.Shape.HasStreamOptions && !exchange.Head.IncludeUsage);
}
