using System.Globalization;
using AigneHub.Core.Configuration;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>
/// Buys credit for accounts whose balance is low (<see cref="PurseState.TopUpDue"/>). One at a time an account: its number is taken in the
/// payer's row before anything is charged, and names order and charge, so that a crash at any point charges once.
/// </summary>
public sealed class TopUps(
    IPayerStore payers, PayerWriter payerWriter, IConfigurationStore configuration, IOrderStore orders, OrderWriter orderWriter,
    IPaymentProvider provider, PaymentReconciler reconciler, TopUpAlerts alerts, IIncidents incidents, HubIds ids, TimeProvider time)
{
    /// <summary>
    /// The provider remembers idempotency keys for a day: later, a charge without an answer is looked for and not repeated.
    /// </summary>
    private static readonly TimeSpan RepeatMax = TimeSpan.FromHours(23);

    /// <summary>Accounts without an answer after which a run ends: the provider is out.</summary>
    private const int UnansweredMax = 5;

    private static readonly TimeSpan FirstCheck = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FailurePause = TimeSpan.FromHours(6);

    /// <summary>Accounts looked at, and those that could not be.</summary>
    public async Task<(int Seen, int Failed)> RunAsync(CancellationToken cancellationToken)
    {
        var (seen, failed, unanswered) = (0, 0, 0);
        await foreach (var account in payers.WithTopUpAsync(cancellationToken))
        {
            seen++;
            try
            {
                await RunAsync(account, cancellationToken);
            }
            catch (Exception e) when (e is PaymentProviderRefusedException or StorageUnavailableException)
            {
                // This account's alone: the others have their turn.
                failed++;
            }
            catch (PaymentProviderUnavailableException)
            {
                // Its number stays taken: the next run goes on with it.
                failed++;
                if (++unanswered == UnansweredMax)
                {
                    break;
                }
            }
        }

        return (seen, failed);
    }

    public async Task RunAsync(string account, CancellationToken cancellationToken)
    {
        if (await payers.FindAsync(account, cancellationToken) is not { Value: { TopUp: { OffBecause: null } topUp } payer } found)
        {
            return;
        }

        var isDue = await alerts.IsDueAsync(account, topUp.Below, cancellationToken);
        if (topUp.IsOpen || (isDue && await BeginAsync(payer, topUp, found.ETag, cancellationToken)))
        {
            await ContinueAsync(account, cancellationToken);
        }
    }

    /// <summary>Goes on with the number that is under way, if there is one.</summary>
    public async Task ContinueAsync(string account, CancellationToken cancellationToken)
    {
        if (await payers.FindAsync(account, cancellationToken) is not { Value: { TopUp: { IsOpen: true } topUp } payer })
        {
            return;
        }

        var order = (await orders.FindByClaimAsync(account, topUp.Claim, cancellationToken))?.Value;
        if (order is null && topUp.OffBecause is { } because)
        {
            await CloseAsync(account, topUp.Sequence, because, cancellationToken);
            return;
        }

        if (order is null)
        {
            (order, var why) = await OrderAsync(payer, topUp, cancellationToken);
            if (order is null)
            {
                await CloseAsync(account, topUp.Sequence, why!, cancellationToken);
                return;
            }
        }

        // Who has switched it off is charged for nothing but what may have been charged before.
        var failed = await PayAsync(order, payer.Customer!, mayCharge: topUp.OffBecause is null, cancellationToken);
        order = (await orders.FindAsync(account, order.Id, cancellationToken))?.Value ?? order;
        if (order.Status is not OrderStatus.Open)
        {
            await CloseAsync(
                account, topUp.Sequence, order.Status == OrderStatus.Paid ? null : failed ?? "The payment failed.", cancellationToken);
        }
    }

    /// <summary>False when it is not the time, it would cost more than the month may, or another instance has begun.</summary>
    private async Task<bool> BeginAsync(Payer payer, TopUp topUp, string etag, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var month = TopUp.MonthOf(now);
        var bought = topUp.Month == month ? topUp.Bought : 0;
        if (topUp.NotBefore > now || payer.Customer is null
            || await PackAsync(topUp, cancellationToken) is not { } pack || bought + pack.Prices[topUp.Currency] > topUp.MaxPerMonth)
        {
            return false;
        }

        var price = pack.Prices[topUp.Currency];
        var begun = topUp with
        {
            Sequence = topUp.Sequence + 1,
            IsOpen = true,
            Amount = price,
            Month = month,
            Bought = bought + price,
        };
        return await payers.ReplaceAsync(payer with { TopUp = begun }, etag, cancellationToken);
    }

    private async Task<(Order? Order, string? Why)> OrderAsync(Payer payer, TopUp topUp, CancellationToken cancellationToken)
    {
        if (await PackAsync(topUp, cancellationToken) is not { } pack || pack.Prices[topUp.Currency] != topUp.Amount)
        {
            return (null, "The pack or its price was changed meanwhile.");
        }

        var now = time.GetUtcNow();
        var order = new Order
        {
            Id = "ord_" + ids.New().ToString("N"),
            Account = payer.Account,
            Kind = OrderKind.TopUp,
            Provider = provider.Name,
            Claim = topUp.Claim,
            Product = pack.Id,
            Title = pack.Name,
            Quantity = 1,
            Currency = topUp.Currency,
            Amount = topUp.Amount,
            Credits = pack.Credits,
            CreatedAt = now,
        };
        return await Checkout.AddAsync(orders, order, now + FirstCheck, cancellationToken)
            ? (order, null)
            : ((await orders.FindByClaimAsync(payer.Account, topUp.Claim, cancellationToken))?.Value
                ?? throw new StorageUnavailableException($"The order of {topUp.Claim} can't be read."), null);
    }

    /// <summary>Charges, or finds out what became of it; why it failed, if it did now.</summary>
    private async Task<string?> PayAsync(Order order, string customer, bool mayCharge, CancellationToken cancellationToken)
    {
        if (order.Status != OrderStatus.Open)
        {
            return null;
        }

        var payment = order.Payment;
        string? failed = null;
        if (payment is null)
        {
            (payment, failed) = !mayCharge || time.GetUtcNow() - order.CreatedAt > RepeatMax
                ? await FindChargeAsync(order, customer, cancellationToken)
                : await ChargeAsync(order, customer, cancellationToken);
            await orderWriter.ChangeAsync(
                order.Account, order.Id,
                known => known with
                {
                    Payment = known.Payment ?? payment,
                    Status = failed is not null && known.Status == OrderStatus.Open ? OrderStatus.Failed : known.Status,
                },
                cancellationToken);
        }

        if (payment is not null && failed is null)
        {
            await reconciler.ReconcileAsync(new PaymentHint(PaymentSubject.Payment, payment), cancellationToken);
        }

        return failed;
    }

    private async Task<(string? Payment, string? Failed)> FindChargeAsync(
        Order order, string customer, CancellationToken cancellationToken) =>
        await provider.FindChargeAsync(order, customer, cancellationToken) is { } payment
            ? (payment, null)
            : (null, "The charge was never made.");

    private async Task<(string? Payment, string? Failed)> ChargeAsync(Order order, string customer, CancellationToken cancellationToken)
    {
        var report = await provider.ChargeAsync(order, customer, cancellationToken);
        return (report.Payment, report.Failed);
    }

    private async Task CloseAsync(string account, long sequence, string? failed, CancellationToken cancellationToken)
    {
        var changed = await payerWriter.ChangeAsync(
            account,
            payer => payer.TopUp is { IsOpen: true } topUp && topUp.Sequence == sequence
                ? payer with { TopUp = failed is null ? Succeeded(topUp) : Failed(topUp, failed) }
                : null,
            cancellationToken);
        if (failed is not null && changed?.TopUp is { Failures: TopUp.FailuresMax, OffBecause: { } because })
        {
            incidents.Report(new Incident(
                IncidentKind.TopUpOff, PurseId.OfAccount(account), sequence.ToString(CultureInfo.InvariantCulture),
                $"Automatic top-up is off after {TopUp.FailuresMax} failures: {because}"));
        }
    }

    private static TopUp Succeeded(TopUp topUp) => topUp with { IsOpen = false, Failures = 0, NotBefore = null };

    private TopUp Failed(TopUp topUp, string because) => topUp with
    {
        IsOpen = false,
        Failures = topUp.Failures + 1,
        Bought = topUp.Bought - topUp.Amount,
        NotBefore = time.GetUtcNow() + FailurePause,
        OffBecause = topUp.OffBecause ?? (topUp.Failures + 1 >= TopUp.FailuresMax ? because : null),
    };

    private async Task<CreditPack?> PackAsync(TopUp topUp, CancellationToken cancellationToken) =>
        await configuration.Packs.GetAsync(topUp.Pack, cancellationToken) is { Value: { IsSold: true } pack }
        && pack.Prices.ContainsKey(topUp.Currency)
            ? pack
            : null;
}
