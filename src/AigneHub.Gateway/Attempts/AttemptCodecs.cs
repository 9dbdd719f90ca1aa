using AigneHub.Core.Routing;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Videos;
using AigneHub.Providers;

namespace AigneHub.Gateway.Attempts;

/// <summary>Which codec an attempt needs.</summary>
internal static class AttemptCodecs
{
    /// <param name="binding">How the target is called for the client's API.</param>
    /// <param name="videos">Keeps those that begin.</param>
    /// <param name="memory">Bounds what translations hold.</param>
    /// <param name="bytesMax">Bounds what of a stream is held until its end.</param>
    public static IAttemptCodec For(
        Exchange exchange, ApiBinding binding, ProviderRow? row, VideoKeeper videos, BodyMemory memory, long bytesMax)
    {
        var codec = Of(exchange, binding, row, videos, memory, bytesMax);
        return exchange.Front.Shape.Reshape is { } reshape ? new ReshapingCodec(codec, exchange, reshape) : codec;
    }

    private static IAttemptCodec Of(
        Exchange exchange, ApiBinding binding, ProviderRow? row, VideoKeeper videos, BodyMemory memory, long bytesMax) =>
        exchange.Front.Shape.BeginsVideo ? new VideoCodec(exchange, binding, row, videos)
        : binding.Api == exchange.Front.Api ? new PassthroughCodec(exchange, binding, row)
        : exchange.Front.Shape.ReturnsImages ? new ImageCodec(exchange, binding, bytesMax)
        : ChatApis.Contains(exchange.Front.Api) ? new TranslatingCodec(exchange, binding, row, exchange.Target.MaxOutput, memory)
        : new GeminiAudioCodec(exchange);
}
