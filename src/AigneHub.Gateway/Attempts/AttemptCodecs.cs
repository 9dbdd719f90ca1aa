using AigneHub.Core.Routing;
using AigneHub.Providers;

namespace AigneHub.Gateway.Attempts;

/// <summary>Which codec an attempt needs.</summary>
internal static class AttemptCodecs
{
    /// <param name="binding">How the target is called for the client's API.</param>
    public static IAttemptCodec For(Exchange exchange, ApiBinding binding, ProviderRow? row) =>
        binding.Api == exchange.Front.Api ? new PassthroughCodec(exchange, binding, row)
        : ChatApis.Contains(exchange.Front.Api) ? new TranslatingCodec(exchange, binding, row, exchange.Target.MaxOutput)
        : new GeminiAudioCodec(exchange);
}
