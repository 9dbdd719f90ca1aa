using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Core.Usage;
using static AigneHub.Unit.Tests.Payments.PaymentWorld;

namespace AigneHub.Unit.Tests.Payments;

public sealed class ManualPaymentTests : IDisposable
{
    private static readonly ManualPayment Invoice = new(Account, "2026-17", "eur", 50_000, 600 * Credit);
    private readonly PaymentWorld _world = new();

    [Fact]
    public async Task Book_Repeated_GrantsOnceAndSaysWhoAndWhy()
    {
        for (var i = 0; i < 3; i++)
        {
            var (order, error) = await _world.Manual.BookAsync(Invoice, "paid by bank transfer", "key_1", default);
            Assert.Null(error);
            Assert.Equal(OrderStatus.Paid, order!.Status);
        }

        var movement = Assert.Single(await MovementsAsync());
        Assert.Equal(
            (600 * Credit, "paid by bank transfer", "key_1", "payment|manual:2026-17"),
            (movement.Amount, movement.Reason, movement.By, movement.Id));
        Assert.Single(_world.Store.Orders);
    }

    [Fact]
    public async Task Refund_CumulativeAmounts_TakeThePartOnce()
    {
        await _world.Manual.BookAsync(Invoice, "paid", "key_1", default);
        foreach (var refunded in (long[])[10_000, 10_000, 5_000, 25_000])
        {
            Assert.Null((await _world.Manual.RefundAsync(Account, "2026-17", refunded, "sent back", "key_2", default)).Error);
        }

        Assert.Equal(300 * Credit, (await _world.StateAsync()).Balance);
        var reversals = (await MovementsAsync()).Where(m => m.Kind == MovementKind.Reversal).ToList();
        Assert.Equal([120 * Credit, 180 * Credit], reversals.Select(m => m.Amount));
        Assert.All(reversals, m => Assert.Equal(("sent back", "key_2"), (m.Reason, m.By)));
    }

    [Fact]
    public async Task Book_SameInvoiceWithOtherContent_IsRefused()
    {
        await _world.Manual.BookAsync(Invoice, "paid", "key_1", default);
        foreach (var other in new[] { Invoice with { Amount = 1 }, Invoice with { Currency = "usd" }, Invoice with { Credits = Credit } })
        {
            Assert.Equal("invoice_differs", (await _world.Manual.BookAsync(other, "paid", "key_1", default)).Error!.Code);
        }

        Assert.Equal(600 * Credit, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task Book_WrongValues_AreRefused()
    {
        await RefusedAsync("account_not_found", Invoice with { Account = "nobody" });
        await RefusedAsync("invalid_request", Invoice with { Invoice = "2026/17" });
        await RefusedAsync("invalid_request", Invoice with { Amount = 0 });
        await RefusedAsync("invalid_request", Invoice with { Credits = 0 });
        await RefusedAsync("invalid_request", Invoice with { Currency = "EUR" });
        Assert.Equal(
            "invoice_not_found", (await _world.Manual.RefundAsync(Account, "2026-18", 1, "back", "key_1", default)).Error!.Code);
        await _world.Manual.BookAsync(Invoice, "paid", "key_1", default);
        Assert.Equal(
            "invalid_request", (await _world.Manual.RefundAsync(Account, "2026-17", 50_001, "back", "key_1", default)).Error!.Code);
    }

    private async Task RefusedAsync(string code, ManualPayment payment) =>
        Assert.Equal(code, (await _world.Manual.BookAsync(payment, "paid", "key_1", default)).Error!.Code);

    private async Task<List<Movement>> MovementsAsync()
    {
        List<Movement> all = [];
        await foreach (var movement in _world.Ledger.ReadMovementsAsync(PurseId.OfAccount(Account), null, default))
        {
            all.Insert(0, movement);
        }

        return all;
    }

    public void Dispose() => _world.Dispose();
}
