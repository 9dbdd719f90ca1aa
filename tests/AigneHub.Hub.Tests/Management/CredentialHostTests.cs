using System.Net;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Management;

/// <summary>What a provider's address and an operator's test mean for its credentials.</summary>
[Collection(HubCollections.Management)]
public sealed class CredentialHostTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task PatchBaseUrl_ToAnotherServer_NeedsTheCredentialsEnteredAnew()
    {
        await using var vendor = await FakeUpstream.StartAsync(static (_, _) => Task.CompletedTask);
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("host");
        var (credential, _) = await managed.CreateProviderAsync(id, vendor, "sk-host-0123456789");
        var (_, _, etag) = await managed.SendAsync(HttpMethod.Get, $"providers/{id}");

        var (status, body, _) = await managed.SendAsync(
            HttpMethod.Patch, $"providers/{id}", """{"baseUrl":"https://evil.example.org/v1"}""", etag);
        Assert.Equal((HttpStatusCode.Conflict, "credentials_bound_to_host"), (status, body["code"]!.GetValue<string>()));

        etag = await managed.PatchAsync($"providers/{id}", etag!, $$"""{"baseUrl":"{{vendor.BaseUrl}}/other"}""");
        await managed.SendAsync(HttpMethod.Delete, $"credentials/{credential}");
        await managed.PatchAsync($"providers/{id}", etag, """{"baseUrl":"https://other.example.org/v1"}""");
    }

    [Fact]
    public async Task Test_Succeeds_EndsWhatIsHeldAgainstTheCredential()
    {
        var refuses = true;
        await using var vendor = await FakeUpstream.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = refuses ? 401 : 200;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(refuses ? "{}" : FakeUpstream.Answer("Hello", 9, 2));
        });
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("held");
        var (credential, _) = await managed.CreateProviderAsync(id, vendor, "sk-held-0123456789");
        using var refused = await hub.ChatAsync(Managed.Chat($"{id}/m"));
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        refuses = false;
        using var held = await hub.ChatAsync(Managed.Chat($"{id}/m"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, held.StatusCode);

        var (_, tested, _) = await managed.SendAsync(HttpMethod.Post, $"credentials/{credential}/test", """{"model":"m"}""");
        Assert.True(tested["ok"]!.GetValue<bool>(), tested.ToJsonString());

        using var served = await hub.ChatAsync(Managed.Chat($"{id}/m"));
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }
}
