using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Gateway;
using AigneHub.Gateway.Configuration;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>What a bug looks like from outside: so that the other tests' count of 0 means something.</summary>
[Collection(HubCollections.Hostile)]
public sealed class UnexpectedErrorTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Bug_IsA500InTheApisFormat_AndIsCounted()
    {
        var snapshots = new BreakingSnapshots();
        await using var hub = await TestHub.StartAsync(azurite, services: services => services.AddSingleton<IHubSnapshots>(snapshots));
        snapshots.Sound = hub.Services.GetRequiredService<HubSnapshots>().Current;
        using var watch = new UnexpectedErrorWatch(hub);
        snapshots.Broken = true;

        using var chat = await hub.ChatAsync(HostileHub.Chat);
        using var ledger = await hub.Client.GetAsync(new Uri("/api/me/ledger", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, chat.StatusCode);
        Assert.Equal("internal_error", (await chat.Content.ReadFromJsonAsync<JsonNode>())!["error"]!["code"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.InternalServerError, ledger.StatusCode);
        Assert.Equal("internal_error", (await ledger.Content.ReadFromJsonAsync<JsonNode>())!["code"]!.GetValue<string>());
        Assert.Equal(2, watch.Count);
    }

    private sealed class BreakingSnapshots : IHubSnapshots
    {
        public HubSnapshot? Sound { get; set; }

        public bool Broken { get; set; }

        public bool IsLoaded => true;

        public HubSnapshot Current => Broken ? throw new InvalidOperationException("a bug") : Sound!;
    }
}
