using System.Net;
using System.Text;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Providers by a base URL that speaks Anthropic's or Gemini's API.</summary>
[Collection(HubCollections.Management)]
public sealed class CustomVendorTests(AzuriteFixture azurite)
{
    private const string Secret = "sk-custom-vendor-0123";

    [RecordedTheory]
    [InlineData(
        "custom-anthropic", "ANTHROPIC_BASE_URL", "/v1/messages",
        """{"model":"ID/m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", "/anthropic-vendor/v1/messages", "x-api-key")]
    [InlineData(
        "custom-gemini", "GEMINI_BASE_URL", "/v1beta/models/ID/m:generateContent",
        """{"contents":[{"parts":[{"text":"Hi"}]}]}""", "/google-vendor/v1beta/models/m:generateContent", "x-goog-api-key")]
    public async Task Call_CustomVendor_GoesToItsBaseUrlInItsOwnFormat(
        string vendor, string url, string path, string body, string upstreamPath, string header)
    {
        await using var vendors = await RecordedVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("native");
        SecretWatch.Plant(Secret);
        await managed.CreateAsync("providers", $$"""{"id":"{{id}}","vendor":"{{vendor}}","baseUrl":"{{vendors.Settings[url]}}"}""");
        await managed.CreateAsync("credentials", $$"""{"provider":"{{id}}","name":"n","secret":"{{Secret}}"}""");

        using var content = new StringContent(body.Replace("ID", id, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        using var answer = await hub.Client.PostAsync(new Uri(path.Replace("ID", id, StringComparison.Ordinal), UriKind.Relative), content);
        var test = await managed.SendAsync(HttpMethod.Post, $"models/{id}/m/test");

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        Assert.True(test.Body["ok"]!.GetValue<bool>(), test.Body.ToJsonString());
        Assert.Equal([upstreamPath, upstreamPath], vendors.Requests.Select(request => request.Path));
        Assert.All(vendors.Requests, request => Assert.Equal(Secret, request.Headers[header]));
    }
}
