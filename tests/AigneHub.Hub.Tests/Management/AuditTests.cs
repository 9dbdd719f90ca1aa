using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Core.Audit;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Management;

/// <summary>The audit log over HTTP and Azurite.</summary>
[Collection(HubCollections.Management)]
public sealed class AuditTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Changes_OfSeveralKinds_AreInTheLogWithoutTheirSecrets()
    {
        await using var vendor = await FakeUpstream.StartAsync((context, _) => context.Response.WriteAsync(FakeUpstream.Answer("Hi", 1, 1)));
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        var begun = DateTimeOffset.UtcNow.AddSeconds(-1);
        var (id, alias, secret) = (Managed.NewId("audited"), Managed.NewId("alias"), $"sk-audited-{Guid.NewGuid():N}");
        await using (var managed = new Managed(hub))
        {
            var (credential, etag) = await managed.CreateProviderAsync(id, vendor, secret);
            await managed.PatchAsync($"credentials/{credential}", etag, $$"""{"name":"second","secret":"{{secret}}-2"}""");
            await managed.CreateAsync("aliases", $$"""{"name":"{{alias}}","targets":[{"model":"sim/chat-fast"}]}""");
            await managed.SendAsync(HttpMethod.Post, "accounts", $$"""{"id":"{{id}}","name":"Audited"}""");
            var (_, key, _) = await managed.SendAsync(HttpMethod.Post, "keys", $$"""{"name":"till","account":"{{id}}"}""");
            SecretWatch.Plant(key["key"]!.ToString());
            await managed.SendAsync(HttpMethod.Delete, $"keys/{key["id"]}");
            await managed.SendAsync(HttpMethod.Delete, "keys/key_none");

            var (created, updated) = (await LastAsync("CreateCredential", credential), await LastAsync("UpdateCredential", credential));
            Assert.Equal(("done", "first"), (created["outcome"]!.ToString(), created["after"]!["name"]!.ToString()));
            Assert.Equal(("first", "second"), (updated["before"]!["name"]!.ToString(), updated["after"]!["name"]!.ToString()));
            Assert.Equal(201, (int)(await LastAsync("CreateAlias", alias))["status"]!);
            Assert.Equal("Audited", (await LastAsync("CreateAccount", id))["after"]!["name"]!.ToString());
            var revoked = await LastAsync("RevokeKey", key["id"]!.ToString());
            Assert.Null(revoked["before"]!["revokedAt"]);
            Assert.NotNull(revoked["after"]!["revokedAt"]);
            Assert.Equal("key_not_found", (await LastAsync("RevokeKey", "key_none"))["error"]!.ToString());
        }

        var deleted = await LastAsync("DeleteAlias", alias);
        Assert.Equal(("done", alias), (deleted["outcome"]!.ToString(), deleted["before"]!["name"]!.ToString()));
        Assert.Null(deleted["after"]);
        Assert.NotEmpty(deleted["address"]!.ToString());
        foreach (var format in (string[])["csv", "jsonl"])
        {
            var export = await hub.Client.GetStringAsync(new Uri($"/api/admin/audit?format={format}&from={begun:O}", UriKind.Relative));
            Assert.Contains(alias, export, StringComparison.Ordinal);
            SecretWatch.Scan("audit", export);
        }

        async Task<JsonNode> LastAsync(string action, string target) =>
            (await hub.GetAsync($"/api/admin/audit?action={action}&targetId={Uri.EscapeDataString(target)}"))["items"]!.AsArray()
            .First(entry => entry!["outcome"]!.ToString() != "unfinished")!;
    }

    /// <summary>No storage for the log: no change, and reading goes on.</summary>
    [Fact]
    public async Task Log_ThatIsAway_LetsNothingBeChanged()
    {
        await using var hub = await TestHub.StartAsync(azurite, services: services => services.AddSingleton<IAuditStore>(new AwayStore()));
        await using var managed = new Managed(hub);
        var id = Managed.NewId("unaudited");

        var (status, body, _) = await managed.SendAsync(HttpMethod.Post, "accounts", $$"""{"id":"{{id}}","name":"A"}""");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (status, body["code"]!.ToString()));
        Assert.Equal(HttpStatusCode.NotFound, (await managed.SendAsync(HttpMethod.Get, $"accounts/{id}")).Status);
    }

    private sealed class AwayStore : IAuditStore
    {
        private static Core.StorageUnavailableException Away => new("Away.");

        public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => throw Away;

        public Task<Core.Keys.Page<AuditEntry>> ListAsync(
            AuditQuery query, int limit, string? continuation, CancellationToken cancellationToken) => throw Away;

        public Task<int> DeleteOldAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw Away;
    }
}
