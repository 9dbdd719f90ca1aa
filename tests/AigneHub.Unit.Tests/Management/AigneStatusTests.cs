using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Unit.Tests.Routing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>What AIGNE's clients are told before they call.</summary>
public sealed class AigneStatusTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Provider);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Status_WithoutCredit_IsThatOfACall()
    {
        await _bench.CreateAsync(OwnerKind.Account, """{"id":"shop","name":"Shop"}""");
        var key = _bench.AddKey("key_shop", account: "shop");

        var status = await _bench.SendAsync(request => _bench.AigneModels.StatusAsync(request, default), key: key, query: "?model=x/m");
        Assert.Equal(
            (200, """
                {"available":false,"error":"The account \u0027shop\u0027 has no credits left. Buy credits at https://pay.example/buy?x=1","code":402,"type":"NOT_ENOUGH","link":"https://pay.example/buy?x=1"}
                """),
            (status.Status, status.Body.ToJsonString()));

        await _bench.GrantAsync("shop", """{"amount":"0.000000001","reason":"Welcome"}""", "a");
        // The bench has no provider, which is looked at behind credit.
        status = await _bench.SendAsync(request => _bench.AigneModels.StatusAsync(request, default), key: key);
        Assert.Equal(("503", "provider_not_configured", ""), (status["code"], status["type"], status["link"]));
    }

    /// <summary>Its provider serves nothing but videos.</summary>
    [Fact]
    public async Task VideoModel_IsListedAndCanBeCalled()
    {
        var films = RoutingSamples.Provider("films", dialect: "none") with
        {
            Apis = [new ApiBinding(ModelApi.OpenAiVideos, Dialect.OpenAi, new Uri("https://films.example/v1"))],
        };
        var rates = new ModelRates(new Dictionary<RateKey, long> { [UnitKind.Second] = 100_000 * Nano.PerWhole });
        _bench.Snapshot = new HubSnapshot(
            HubMode.Provider, [films], [new ModelEntry("films", "sora-2", null, null, null, rates), RoutingSamples.Model("films", "words")]);

        var status = await _bench.SendAsync(request => _bench.AigneModels.StatusAsync(request, default), query: "?model=films/sora-2");
        Assert.Equal(("true", ""), (status["available"], status["error"]));
        var list = await _bench.SendAsync(request => _bench.AigneModels.ListAsync(request, default), query: "?type=video");
        var model = Assert.Single(list.Body.AsArray())!;
        Assert.Equal(
            ("films/sora-2", "video", "0.1"), (model["key"]!.ToString(), model["type"]!.ToString(), model["output_credits_per_token"]!.ToString()));
    }
}
