using AigneHub.Core.Routing;
using AigneHub.Providers.Upstream;

namespace AigneHub.Unit.Tests.Providers;

/// <summary>Providers that serve OpenAI's chat API and nothing else.</summary>
internal static class TestProvider
{
    public static ProviderEntry Of(
        string id, Uri baseUrl, string key = "", int rank = 1, ClientGonePolicy clientGone = ClientGonePolicy.Cancel) =>
        new(id, id, id, [new ApiBinding(ModelApi.OpenAiChat, Dialect.OpenAi, baseUrl)], [new CredentialEntry($"env:{id}", key.Length == 0 ? CredentialKind.None : CredentialKind.ApiKey, key)],
            rank, clientGone);

    public static UpstreamRequest Request(ProviderEntry provider, bool stream, IReadOnlyList<ReadOnlyMemory<byte>> body) =>
        new(provider, provider.Apis[0], provider.Credentials[0], "chat/completions", UpstreamPayload.Json([.. body]), stream);
}
