using AigneHub.Core.Routing;

namespace AigneHub.Providers.Upstream;

/// <summary>One POST of a JSON body.</summary>
/// <param name="Path">Below the provider's base URL, without a leading slash, e.g. <c>chat/completions</c>.</param>
/// <param name="Body">In pieces, so that a client's request is patched without copying it; sent with their exact length.</param>
/// <param name="Stream">The call asks for a stream: other <c>Accept</c> header, other time limit.</param>
public sealed record UpstreamRequest(
    ProviderEntry Provider, string Path, IReadOnlyList<ReadOnlyMemory<byte>> Body, bool Stream);
