using AigneHub.Core.Configuration;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Payments;

/// <summary>Switches automatic top-up on and off.</summary>
public sealed class TopUpSettings(
    IConfigurationStore configuration, IPayerStore payers, PayerWriter writer, TopUpAlerts alerts, IPaymentProvider provider)
{
    /// <summary>Exactly one of the results is null.</summary>
    /// <param name="below">Nano.</param>
    /// <param name="maxPerMonth">Minor units.</param>
    public async Task<(TopUp? TopUp, HubError? Error)> SetAsync(
        string account, string packId, string currency, long below, long maxPerMonth, CancellationToken cancellationToken)
    {
        var pack = ProductRules.IsId(packId) ? (await configuration.Packs.GetAsync(packId, cancellationToken))?.Value : null;
        if (pack is not { IsSold: true })
        {
            return (null, new HubError(404, "pack_not_found", Blame.Caller, "No such pack is sold.", "pack"));
        }

        if (!pack.Prices.TryGetValue(currency, out var price))
        {
            var currencies = string.Join(", ", pack.Prices.Keys.Order(StringComparer.Ordinal));
            return (null, Invalid($"'currency' must be one of: {currencies}.", "currency"));
        }

        if (below is <= 0 or > SyncCommand.AmountMax)
        {
            return (null, Invalid("'below' must be above 0 and at most 1000000.", "below"));
        }

        if (maxPerMonth < price || maxPerMonth > ProductRules.PriceMax)
        {
            return (null, Invalid($"'maxPerMonth' must be from {price}, the pack's price, to {ProductRules.PriceMax}.", "maxPerMonth"));
        }

        if ((await payers.FindAsync(account, cancellationToken))?.Value.Customer is not { } customer
            || !await provider.HasPaymentMethodAsync(customer, cancellationToken))
        {
            return (null, new HubError(
                409, "no_payment_method", Blame.Caller,
                "There is no saved payment method. Buy once with savePaymentMethod, or add one in the portal (POST /api/me/portal)."));
        }

        var changed = await writer.ChangeAsync(
            account,
            payer => payer with
            {
                TopUp = (payer.TopUp ?? new TopUp(packId, currency, below, maxPerMonth)) with
                {
                    Pack = packId,
                    Currency = currency,
                    Below = below,
                    MaxPerMonth = maxPerMonth,
                    OffBecause = null,
                    Failures = 0,
                    NotBefore = null,
                },
            },
            cancellationToken);
        await alerts.SetAsync(account, below, cancellationToken);
        return (changed!.TopUp, null);
    }

    public async Task SwitchOffAsync(string account, CancellationToken cancellationToken)
    {
        var changed = await writer.ChangeAsync(
            account,
            payer => payer.TopUp is { OffBecause: null } topUp ? payer with { TopUp = topUp with { OffBecause = "Switched off." } } : null,
            cancellationToken);
        if (changed is not null)
        {
            await alerts.SetAsync(account, null, cancellationToken);
        }
    }

    private static HubError Invalid(string message, string param) => new(400, "invalid_request", Blame.Caller, message, param);
}
