using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Management;

/// <summary>A hub in Provider mode, over a storage of its own: a ledger has one unit.</summary>
[Collection(HubCollections.Management)]
public sealed class CustomerCreditTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>
{
    [Fact]
    public async Task Customer_WithGrantedCredit_SpendsItAndSeesWhatIsLeft()
    {
        await using var hub = await TestHub.StartAsync(azurite, settings: seller.Settings);
        await PostAsync(hub.Client, "/api/admin/accounts", """{"id":"acme","name":"Acme"}""");
        await PostAsync(hub.Client, "/api/admin/accounts/acme/grants", """{"amount":"25","reason":"invoice 4711"}""", "acme-1");
        var key = (await PostAsync(hub.Client, "/api/admin/keys", """{"name":"till","account":"acme"}"""))["key"]!.ToString();
        SecretWatch.Plant(key);
        using var client = new HttpClient { BaseAddress = hub.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        var filmed = PostAsync(client, "/api/v2/video", """{"input":{"prompt":"A cat","seconds":"4","modelOptions":{"model":"sim/video"}}}""");
        var answer = await PostAsync(
            client, "/api/v2/chat",
            """{"input":{"modelOptions":{"model":"sim/chat-fast","maxTokens":5},"messages":[{"role":"user","content":"Hi"}]}}""");
        var credits = answer["usage"]!["aigneHubCredits"]!.GetValue<decimal>();
        Assert.True(credits > 0);
        Assert.Null(answer["usage"]!["creditPrefix"]);
        // Two images at 0.01, four seconds upright at 0.04.
        var drawn = await PostAsync(client, "/api/v2/image", """{"input":{"prompt":"A cat","n":2,"modelOptions":{"model":"sim/image"}}}""");
        Assert.Equal("0.02", drawn["usage"]!["aigneHubCredits"]!.ToJsonString());
        Assert.Equal("0.16", (await filmed)["usage"]!["aigneHubCredits"]!.ToJsonString());
        decimal[] paid = [credits, 0.02m, 0.16m];
        credits = paid.Sum();

        var left = (25 - credits).ToString(CultureInfo.InvariantCulture);
        await Until.TrueAsync(
            async () => JsonNode.Parse(await client.GetStringAsync(new Uri("/api/user/info", UriKind.Relative)))!["creditBalance"]!["balance"]!.ToString() == left,
            $"{left} credits are left");
        var spent = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/user/credit/transactions", UriKind.Relative)))!;
        Assert.Equal(
            paid.Select(amount => (-amount).ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal),
            spent["list"]!.AsArray().Select(call => call!["amount"]!.ToString()).Order(StringComparer.Ordinal));
        var reversed = await PostAsync(
            hub.Client, "/api/admin/accounts/acme/grants/admin%7Cacme-1/reversal", """{"reason":"invoice 4711 was cancelled"}""");
        Assert.Equal("-25", reversed["amount"]!.ToString());
        Assert.Equal((-credits).ToString(CultureInfo.InvariantCulture), (await hub.GetAsync("/api/admin/accounts/acme/balance"))["balance"]!.ToString());
        Assert.Equal(2, (await hub.GetAsync("/api/admin/accounts/acme/movements"))["items"]!.AsArray().Count);
        Assert.Empty((await hub.GetAsync("/api/admin/accounts/acme/grants"))["items"]!.AsArray());
    }

    private static async Task<JsonNode> PostAsync(HttpClient client, string path, string body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
