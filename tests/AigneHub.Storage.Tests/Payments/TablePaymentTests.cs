using System.Text.Json;
using AigneHub.Core.Accounts;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Payments;

[Collection(StorageCollections.Stores)]
public sealed class TablePaymentTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private ServiceProvider _hub = null!;

    private IOrderStore Orders => _hub.GetRequiredService<IOrderStore>();

    private IPayerStore Payers => _hub.GetRequiredService<IPayerStore>();

    private IPaymentIncidentStore Incidents => _hub.GetRequiredService<IPaymentIncidentStore>();

    private IConfigurationStore Configuration => _hub.GetRequiredService<IConfigurationStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Order_AddedAndReplaced_KeepsEveryProperty()
    {
        var order = New("a", 1) with { SavesPaymentMethod = true };
        Assert.True(await Orders.AddAsync(order, default));
        var found = (await Orders.FindAsync("a", order.Id, default))!;
        var next = order with
        {
            Status = OrderStatus.Paid,
            Checkout = "cs_1",
            Payment = "pi_1",
            Subscription = "sub_1",
            IsRenewing = true,
            PaidUntil = Now,
        };
        Assert.True(await Orders.ReplaceAsync(next, found.ETag, default));
        Assert.False(await Orders.ReplaceAsync(order, found.ETag, default));
        Same(next, (await Orders.FindAsync("a", order.Id, default))!.Value);
        Same(next, (await Orders.FindByClaimAsync("a", order.Claim, default))!.Value);
        Assert.Null(await Orders.FindAsync("b", order.Id, default));
        Assert.Null(await Orders.FindAsync("a", "ord_/#?", default));
        Assert.Null(await Orders.FindByClaimAsync("a", "other", default));
    }

    [Fact]
    public async Task Order_OfAClaimThatIsTaken_IsRefusedWhole()
    {
        Assert.True(await Orders.AddAsync(New("a", 1), default));
        Assert.False(await Orders.AddAsync(New("a", 2) with { Claim = New("a", 1).Claim }, default));
        Assert.True(await Orders.AddAsync(New("b", 2) with { Claim = New("a", 1).Claim }, default));
        Assert.Null(await Orders.FindAsync("a", New("a", 2).Id, default));
    }

    [Fact]
    public async Task List_Pages_AreTheAccountsNewestFirst()
    {
        for (var i = 1; i <= 5; i++)
        {
            await Orders.AddAsync(New("a", i), default);
            await Orders.AddAsync(New("b", i), default);
        }

        var first = await Orders.ListAsync("a", 3, null, default);
        var second = await Orders.ListAsync("a", 3, first.Continuation, default);
        Assert.Equal([5, 4, 3, 2, 1], first.Items.Concat(second.Items).Select(order => order.Quantity));
        Assert.All(first.Items, order => Assert.Equal("a", order.Account));
        Assert.Null(second.Continuation);
    }

    [Fact]
    public async Task Due_OrdersWhoseTimeHasCome_AreListedUntilTheyAreDone()
    {
        var (early, late) = (new DueOrder("a", "ord_1"), new DueOrder("due", "ord_2"));
        await Orders.ScheduleAsync(early, Now, default);
        await Orders.ScheduleAsync(late, Now.AddHours(1), default);
        Assert.Equal([early], await Orders.ListDueAsync(Now, 10, default));
        Assert.Single(await Orders.ListDueAsync(Now.AddHours(2), 1, default));
        await Orders.ScheduleAsync(early, Now.AddDays(1), default);
        Assert.Equal([late], await Orders.ListDueAsync(Now.AddHours(2), 10, default));
        await Orders.ScheduleAsync(late, null, default);
        await Orders.ScheduleAsync(late, null, default);
        Assert.Empty(await Orders.ListDueAsync(Now.AddHours(2), 10, default));
    }

    [Fact]
    public async Task Payers_WithTopUp_AreThoseWhereItIsOn()
    {
        var topUp = new TopUp("small", "usd", 5, 1_000) { Sequence = 3, IsOpen = true, Failures = 1, NotBefore = Now, Month = "202611", Bought = 999, Amount = 999 };
        await Payers.AddAsync(new Payer("a", "cus_1", topUp), default);
        await Payers.AddAsync(new Payer("b", "cus_2"), default);
        Assert.True(await Payers.AddAsync(new Payer("c", "cus_3", topUp with { OffBecause = "failed" }), default));
        Assert.False(await Payers.AddAsync(new Payer("c"), default));
        List<string> on = [];
        await foreach (var account in Payers.WithTopUpAsync(default))
        {
            on.Add(account);
        }

        Assert.Equal(["a"], on);
        var found = (await Payers.FindAsync("a", default))!;
        Same(new Payer("a", "cus_1", topUp), found.Value);
        Assert.True(await Payers.ReplaceAsync(found.Value with { TopUp = null }, found.ETag, default));
        Assert.False(await Payers.ReplaceAsync(found.Value, found.ETag, default));
    }

    [Fact]
    public async Task Incidents_OpenOnes_AreListedWithoutTheClosed()
    {
        var incident = new PaymentIncident("pi_1", "order_unknown", "text", "a", "ord_1", Now, Now);
        Assert.True(await Incidents.AddAsync(incident, default));
        Assert.False(await Incidents.AddAsync(incident, default));
        await Incidents.AddAsync(incident with { Subject = "in_2", Account = null, Order = null }, default);
        var found = (await Incidents.FindAsync("pi_1", default))!;
        Assert.Equal(incident, found.Value);
        Assert.True(await Incidents.ReplaceAsync(incident with { ClosedBy = "key_1", Reason = "seen" }, found.ETag, default));
        Assert.False(await Incidents.ReplaceAsync(incident, found.ETag, default));
        Assert.Equal(["in_2"], (await Incidents.ListAsync(true, 10, null, default)).Items.Select(i => i.Subject));
        Assert.Equal(2, (await Incidents.ListAsync(false, 10, null, default)).Items.Count);
    }

    [Fact]
    public async Task Products_Stored_AreInTheConfigurationWithEveryProperty()
    {
        var pack = new CreditPack
        {
            Id = "small",
            Name = "Small",
            Credits = 10,
            Prices = new Dictionary<string, long> { ["usd"] = 999 },
            IsSold = false,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        var plan = new Plan
        {
            Id = "pro",
            Name = "Pro",
            Credits = 50,
            Prices = new Dictionary<string, long> { ["eur"] = 2_000 },
            Models = ["openai/*"],
            Limits = new RateLimits(60, 1_000, 2),
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        Assert.True((await Configuration.Packs.CreateAsync(pack, default)).IsDone);
        Assert.True((await Configuration.Plans.CreateAsync(plan, default)).IsDone);
        Assert.Equal(WriteStatus.Exists, (await Configuration.Plans.CreateAsync(plan, default)).Status);
        var all = await Configuration.ReadAllAsync(default);
        Same(pack, Assert.Single(all.Packs));
        Same(plan, Assert.Single(all.Plans));
        Assert.Empty(all.Unreadable);
    }

    private static void Same<T>(T expected, T actual) => Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));

    /// <summary>Ids rise with the number.</summary>
    private static Order New(string account, int number) => new()
    {
        Id = $"ord_019ab00000007000800000000000000{number}",
        Account = account,
        Kind = OrderKind.Pack,
        Provider = "stripe",
        Claim = $"new|{number}",
        Product = "small",
        Title = "Small",
        Quantity = number,
        Currency = "usd",
        Amount = 999,
        Credits = 10,
        CreatedAt = Now,
    };
}
