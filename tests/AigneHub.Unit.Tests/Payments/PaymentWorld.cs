using System.Text;
using AigneHub.Billing;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Payments;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using AigneHub.Unit.Tests.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Payments;

/// <summary>The hub's payments over a ledger in memory, and a Stripe that checks what it is asked for.</summary>
internal sealed class PaymentWorld : IDisposable
{
    public const string Account = "acme";
    public const long Credit = 1_000_000_000;

    private readonly StripeBilling _billing;

    public PaymentWorld(int seed = 1)
    {
        Ledger = new MemoryLedger(Time);
        Stripe = new FakeStripe(Time);
        var options = new PaymentOptions
        {
            Provider = PaymentProviderKind.Stripe,
            StripeSecretKey = FakeStripe.SecretKey,
            StripeWebhookSecret = FakeStripe.WebhookSecret,
            SuccessUrl = "https://hub.example.org/paid",
            CancelUrl = "https://hub.example.org/back",
        };
        Assert.Null(options.WhatIsWrong());
        _billing = new StripeBilling(options, Time, new StripeGateway(options, new FakeStripeHandler(Stripe), retries: 0));
        var registrar = new PurseRegistrar(Ledger, LedgerUnit.NanoCredit, Log, Time);
        Sync = new PurseSync(Ledger, registrar, LeaseTimes.Default, new NoticeBox(), Log, new Random(seed), Time);
        var ids = new HubIds(Time);
        var writer = new OrderWriter(Store);
        Payers = new PayerWriter(Store, Store, Provider);
        Plans = new AccountPlans(Store, Store, Time);
        Reconciler = new PaymentReconciler(
            Provider, Store, writer, Store, Sync, Ledger, Plans, new TopUpStop(Payers, Log),
            new PaymentIncidents(Store, Log, Time));
        // No key has a purse here.
        var alerts = new TopUpAlerts(Ledger, new OwnedPurses(Store, null!, Ledger, Sync, registrar), Store);
        TopUps = new TopUps(Store, Payers, Products, Store, writer, Provider, Reconciler, alerts, Log, ids, Time);
        TopUpSettings = new TopUpSettings(Products, Store, Payers, alerts, Provider);
        Sweep = new OrderSweep(Provider, Reconciler, Store, writer, Plans, TopUps, Time);
        Checkout = new Checkout(Products, Store, writer, Store, Payers, Plans, Provider, ids, Time);
        Manual = new ManualPayments(Store, writer, Store, Sync, ids, Time);
        Products.PackRecords.Add("small", new CreditPack
        {
            Id = "small",
            Name = "Small",
            Credits = 10 * Credit,
            Prices = new Dictionary<string, long> { ["usd"] = 999, ["eur"] = 1_000 },
            CreatedAt = Start,
            UpdatedAt = Start,
        });
        Products.PlanRecords.Add("pro", new Plan
        {
            Id = "pro",
            Name = "Pro",
            Credits = 50 * Credit,
            Prices = new Dictionary<string, long> { ["usd"] = 2_000 },
            Models = ["openai/*"],
            Limits = new RateLimits(RequestsPerMinute: 60),
            CreatedAt = Start,
            UpdatedAt = Start,
        });
        AddAccount(Account);
    }

    public static DateTimeOffset Start { get; } = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(Start);
    public MemoryPayments Store { get; } = new();
    public MemoryConfiguration Products { get; } = new();
    public IncidentLog Log { get; } = new();
    public MemoryLedger Ledger { get; }
    public PurseSync Sync { get; }
    public FakeStripe Stripe { get; }
    public PaymentReconciler Reconciler { get; }
    public AccountPlans Plans { get; }
    public OrderSweep Sweep { get; }
    public TopUps TopUps { get; }
    public TopUpSettings TopUpSettings { get; }
    public Checkout Checkout { get; }
    public PayerWriter Payers { get; }
    public ManualPayments Manual { get; }

    public IPaymentProvider Provider => _billing.Payments;

    public IPaymentWebhooks Webhooks => _billing.Webhooks;

    public void AddAccount(string id) => Assert.True(Store.AddAsync(
        new OwnerRecord
        {
            Kind = OwnerKind.Account,
            Id = id,
            Name = id,
            Email = id + "@example.org",
            CreatedAt = Start,
            Terms = new PurseTerms(PurseKind.Credit),
        },
        default).Result);

    public async Task<Order> OrderAsync(
        string? pack = "small", string? plan = null, int quantity = 1, bool saves = false, string? name = null, string currency = "usd")
    {
        var (order, url, error) = await Checkout.OpenAsync(
            new Purchase(Account, pack, plan, currency, quantity, saves, name), default);
        Assert.Null(error);
        Assert.NotNull(url);
        return order!;
    }

    /// <summary>Orders and pays; no webhook is delivered.</summary>
    /// <returns>The payment intent or the subscription.</returns>
    public async Task<(Order Order, string Paid)> BuyAsync(
        string? pack = "small", string? plan = null, int quantity = 1, bool saves = false)
    {
        var order = await OrderAsync(pack, plan, quantity, saves);
        return (order, Stripe.Pay(order.Checkout!));
    }

    /// <summary>As the endpoint does; what it would answer 200 to.</summary>
    public async Task<ReconcileOutcome> DeliverAsync(string payload)
    {
        var reading = Webhooks.Read(Encoding.UTF8.GetBytes(payload), FakeStripe.Sign(payload, Time.GetUtcNow()));
        Assert.Null(reading.Refused);
        return reading.Hint is { } hint ? await RunAsync(Reconciler.ReconcileAsync(hint, default)) : ReconcileOutcome.Nothing;
    }

    public async Task DeliverAllAsync()
    {
        foreach (var payload in Stripe.Events)
        {
            await DeliverAsync(payload);
        }
    }

    public async Task LaterAsync(TimeSpan time)
    {
        Time.Advance(time);
        await RunAsync(Sweep.RunAsync(default));
    }

    /// <summary>Lets the clock run while somebody waits for it.</summary>
    public async Task<T> RunAsync<T>(Task<T> work)
    {
        while (await Task.WhenAny(work, Task.Delay(1)) != work)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await work;
    }

    public async Task<PurseState> StateAsync(string account = Account) =>
        (await Sync.SyncAsync(PurseId.OfAccount(account), SyncCommand.None.Instance, default)).State!;

    public async Task<string?> PlanAsync() => (await Store.FindAsync(OwnerKind.Account, Account, default))!.Value.Plan;

    public Order Stored(Order order) => Store.Orders.Single(one => one.Id == order.Id);

    public async Task SpendAsync(long amount) => await Sync.SyncAsync(
        PurseId.OfAccount(Account),
        new SyncCommand.Adjust(new OutsideId("test", $"{Ledger.GetHashCode()}-{++_spent}"), -amount, "used", "test"), default);

    private int _spent;

    /// <summary>No test may end with a call that Stripe would have refused.</summary>
    public void Dispose()
    {
        Assert.Empty(Stripe.Refused);
        _billing.Dispose();
    }
}
