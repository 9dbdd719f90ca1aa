using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Translation;

namespace AigneHub.Gateway.Attempts;

/// <summary>The client's own format: bytes as they come, but for the few edits that the target needs.</summary>
internal sealed class PassthroughCodec(Exchange exchange, ApiBinding binding, ProviderRow? row) : IAttemptCodec
{
    public ModelApi Api => binding.Api;

    public (IReadOnlyList<ReadOnlyMemory<byte>>? Body, HubError? Error) Request() => (
        RequestEdit.Apply(
            exchange.Body.Bytes, exchange.Head, exchange.Front.Shape, binding.Dialect, exchange.Target.UpstreamModel,
            row?.TakesStreamOptions ?? true, ForwardedHeaders.Betas(exchange.Http.Request.Headers),
            ForeignSeals.Find(exchange.Front.Api, row, exchange.Target.UpstreamModel, exchange.Body.Bytes)), null);

    public ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content) => content;

    public IStreamPasser NewStream() =>
        new RawPasser(dropUsage: exchange.Front.Shape.HasStreamOptions && !exchange.Head.IncludeUsage);
}
