using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Credit;

/// <summary>Calls of accounts that pay: what they hold, when they are refused, what is left in the end.</summary>
[Collection(HubCollections.Faults)]
public sealed class CreditTests(AzuriteFixture azurite)
{
    private const string Link = "https://pay.example.com/credits";

    /// <summary>Leases are given back at once.</summary>
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["AigneHub:Gateway:PaymentLink"] = Link,
        ["AigneHub:Leases:IdleSeconds"] = "0.5",
        ["OPENAI_API_KEY"] = "sk-vendor-secret-0123456789",
    };

    [Fact]
    public async Task Calls_UntilNothingIsLeft_SpendWhatWasGrantedAndNoMore()
    {
        await using var hub = await TestHub.StartAsync(azurite, settings: Settings);
        // sim/chat: 0.1 USD a million prompt tokens, 0.4 an answer's.
        var (account, key) = await hub.NewAccountAsync(400_000);
        var answered = 0;
        while (true)
        {
            using var response = await hub.ChatAsync(
                """{"model":"sim/chat","messages":[{"role":"user","content":"Hello!"}],"max_tokens":200}""", key);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
                break;
            }

            await response.Content.ReadAsStringAsync();
            answered++;
        }

        Assert.InRange(answered, 5, 20);
        var state = await hub.StateWithoutLeasesAsync(PurseId.OfAccount(account));
        Assert.Equal((0, 0, 0), (state.Debt, state.Late, state.Unreported));
        Assert.InRange(state.Spent, 1, 400_000);

        // What is left can't carry another such call; a grant can, at once or when the refusal is forgotten.
        Assert.InRange(state.Balance, 0, 100_000);
        await hub.GrantAsync(PurseId.OfAccount(account), 400_000);
        await Until.TrueAsync(
            async () =>
            {
                using var again = await hub.ChatAsync("""{"model":"sim/chat","messages":[{"role":"user","content":"Hello!"}]}""", key);
                return again.StatusCode == HttpStatusCode.OK;
            },
            "a call after the grant");
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"sim/chat","messages":[{"role":"user","content":"Hello!"}],"stream":true}""", "error.code=insufficient_credits error.type=insufficient_quota error.shortage.link=L")]
    [InlineData("/v1/responses", """{"model":"sim/chat","input":"Hello!","stream":true}""", "error.code=insufficient_credits error.type=insufficient_quota error.shortage.unit=USD")]
    [InlineData("/v1/messages", """{"model":"sim/chat","max_tokens":1000,"messages":[{"role":"user","content":"Hello!"}]}""", "error.type=billing_error error.shortage.link=L")]
    [InlineData("/v1beta/models/sim%2Fchat:generateContent", """{"contents":[{"parts":[{"text":"Hello!"}]}]}""", "error.code=402 error.details.0.reason=INSUFFICIENT_CREDITS error.details.0.metadata.link=L")]
    [InlineData("/api/v2/chat", """{"input":{"modelOptions":{"model":"sim/chat"},"messages":[{"role":"user","content":"Hello!"}]}}""", "error.type=NOT_ENOUGH error.link=L error.code=insufficient_credits")]
    [InlineData("/api/v2/chat/completions", """{"model":"sim/chat","messages":[{"role":"user","content":"Hello!"}]}""", "error.type=NOT_ENOUGH error.link=L")]
    [InlineData("/api/v2/image", """{"input":{"prompt":"A cat","modelOptions":{"model":"sim/image"}}}""", "error.type=NOT_ENOUGH error.link=L")]
    public async Task OutOfCredit_IsSaidInTheFormatOfTheApi_BeforeAnythingIsSent(string path, string body, string expected)
    {
        await using var hub = await TestHub.StartAsync(azurite, settings: Settings);
        var (account, key) = await hub.NewAccountAsync(1_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await hub.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.PaymentRequired, $"{(int)response.StatusCode} {text}");
        foreach (var member in expected.Split(' '))
        {
            var (name, value) = (member[..member.IndexOf('=')], member[(member.IndexOf('=') + 1)..]);
            var found = name.Split('.').Aggregate(
                JsonNode.Parse(text), (node, step) => int.TryParse(step, out var index) ? node![index] : node![step]);
            Assert.Equal(value == "L" ? Link : value, found?.ToString());
        }

        var state = (await hub.SyncAsync(PurseId.OfAccount(account), SyncCommand.None.Instance)).State!;
        Assert.Equal((0, 1_000), (state.Spent, state.Balance));
    }

    [Fact]
    public async Task Answer_WithoutALimit_GetsTheOneThatIsPaidFor()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => context.Response.WriteAsync(FakeUpstream.Answer("Hi", 10, 5)));
        await using var hub = await TestHub.StartAsync(azurite, upstream, settings: Settings);
        // gpt-4o: 2.50 and 10 USD a million; 16,384 tokens at most.
        var (_, rich) = await hub.NewAccountAsync(10_000_000_000);
        var (_, poor) = await hub.NewAccountAsync(20_000_000);
        const string Body = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hello!"}]}""";
        foreach (var key in (string[])[rich, poor, hub.Key])
        {
            using var response = await hub.ChatAsync(Body, key);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        var limits = upstream.Requests.Select(request => (int?)JsonNode.Parse(request.Body)!["max_completion_tokens"]).ToList();
        Assert.Equal(16_384, limits[0]);
        Assert.InRange(limits[1]!.Value, 1_000, 2_000);
        Assert.Null(limits[2]);

        // One that is named stays, and what it may cost must be there.
        using var refused = await hub.ChatAsync(Body[..^1] + ""","max_tokens":4000}""", poor);
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        var affordable = (int)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["error"]!["shortage"]!["affordable_tokens"]!;
        using var less = await hub.ChatAsync(Body[..^1] + $$""","max_tokens":{{affordable}}}""", poor);
        Assert.Equal(HttpStatusCode.OK, less.StatusCode);
    }

    [Fact]
    public async Task CustomProvider_ReportingBeyondBelief_IsChargedWhatWasReserved()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => context.Response.WriteAsync(FakeUpstream.Answer("Hi", 10, 50_000_000)));
        await using var hub = await TestHub.StartAsync(
            azurite, settings: new Dictionary<string, string?>(Settings) { ["AigneHub:Upstream:PrivateNetworks"] = "true" });
        var id = $"c{Guid.NewGuid():n}";
        await PostAsync(hub, "/api/admin/providers", $$"""{"id":"{{id}}","vendor":"custom-openai","baseUrl":"{{upstream.BaseUrl}}"}""");
        await PostAsync(
            hub, "/api/admin/models", $$"""{"provider":"{{id}}","model":"m","pricePerMillion":{"input":"1","output":"1"},"maxOutput":1000}""");
        var (account, key) = await hub.NewAccountAsync(10_000_000_000);
        using var response = await hub.ChatAsync($$"""{"model":"{{id}}/m","messages":[{"role":"user","content":"Hello!"}]}""", key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var state = await hub.StateWithoutLeasesAsync(PurseId.OfAccount(account));
        Assert.InRange(state.Spent, 1_000_000, 2_000_000);
        Assert.Equal(0, state.Debt);
    }

    private static async Task PostAsync(TestHub hub, string path, string body)
    {
        using var response = await hub.Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
    }
}
