using AigneHub.Core.Routing;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Simulation;

/// <summary>placeholder</summary>
public sealed class SimulatedProvider(TokenCounter counter, TimeProvider time) : HttpMessageHandler
{
    public const string Id = "sim";
    internal const string Scheme = "sim";
    public static ProviderEntry Entry { get; } =
        new(Id, "Simulated", ProviderTable.OpenAiDialect, new Uri("sim://local"), "", 4, ClientGonePolicy.Cancel);
    public static IReadOnlyList<ModelEntry> Models { get; } = [];
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{counter}{time}");
}
