using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Credit;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation;

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
                row?.TakesStreamOptions ?? true, ForwardedHeaders.Betas(exchange.Http.Request.Headers),
                Edits())), null);

    private IReadOnlyList<BodyEdit>? Edits()
    {
        var seals = ForeignSeals.Find(exchange.Front.Api, row, exchange.Target.UpstreamModel, exchange.Body.Bytes);
        if (exchange.OutputTokens is not { } reserved)
        {
            return seals;
        }

        var tokens = Math.Min(reserved, exchange.Target.MaxOutput ?? reserved);
        var limits = OutputLimit.Of(exchange.Body.Bytes.Span, exchange.Head, binding.Api, row, tokens);
        return [.. seals, .. limits];
    }

    public ReturnedForm Form => exchange.Front.Shape.ReturnsImages ? RequestedForm.Of(exchange.Body.Bytes.Span) : default;

    public CodecAnswer? Answer(ReadOnlyMemory<byte> content) => new CodecAnswer(content);

    public IStreamPasser NewStream() =>
        new RawPasser(dropUsage: exchange.Front.Shape.HasStreamOptions && !exchange.Head.IncludeUsage);
}
