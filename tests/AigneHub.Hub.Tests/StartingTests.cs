using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Gateway;
using AigneHub.Gateway.Configuration;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

[Collection(HubCollections.Calls)]
public sealed class StartingTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task StoredConfigurationNotLoadedYet_CallsAndModelsAreRefusedForASecond()
    {
        var snapshots = new UnloadedSnapshots();
        await using var hub = await TestHub.StartAsync(azurite, services: services => services.AddSingleton<IHubSnapshots>(snapshots));
        snapshots.Settings = hub.Services.GetRequiredService<HubSnapshots>().Current;

        using var chat = await hub.ChatAsync("""{"model":"sim/chat-fast","messages":[{"role":"user","content":"hi"}]}""");
        using var models = await hub.Client.GetAsync(new Uri("/v1/models", UriKind.Relative));

        using var kept = await hub.Client.GetAsync(new Uri("/v1/responses/resp_1", UriKind.Relative));

        Assert.All([chat, models, kept], response =>
        {
            Assert.Equal(503, (int)response.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        });
        Assert.Equal("hub_starting", (await chat.Content.ReadFromJsonAsync<JsonNode>())!["error"]!["code"]!.GetValue<string>());
    }

    private sealed class UnloadedSnapshots : IHubSnapshots
    {
        public HubSnapshot? Settings { get; set; }

        public HubSnapshot Current => Settings!;

        public bool IsLoaded => false;
    }
}
