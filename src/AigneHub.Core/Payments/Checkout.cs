using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Accounts;
using AigneHub.Core.Configuration;

namespace AigneHub.Core.Payments;

/// <summary>What somebody wants to buy: one pack or one plan.</summary>
/// <param name="Name">Of the request, from the caller: a repeat under it is the same order. Null: a new one.</param>
public sealed record Purchase(
    string Account, string? Pack, string? Plan, string Currency, int Quantity, bool SavesPaymentMethod, string? Name);

/// <summary>Sells: writes down what is ordered, then opens the page where it is paid.</summary>
public sealed class Checkout(
    IConfigurationStore configuration, IOrderStore orders, OrderWriter writer, IOwnerStore owners, PayerWriter payers,
    AccountPlans plans, IPaymentProvider provider, HubIds ids, TimeProvider time)
{
    public const int QuantityMax = 1_000;
    private static readonly TimeSpan FirstCheck = TimeSpan.FromMinutes(2);

    /// <summary>Exactly one of order and error is null; no URL: the order is paid or over.</summary>
    /// <exception cref="PaymentProviderUnavailableException">Repeat it under the same name.</exception>
    public async Task<(Order? Order, Uri? Url, HubError? Error)> OpenAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        if (purchase.Pack is null == purchase.Plan is null)
        {
            return (null, null, Invalid("Name either a 'pack' or a 'plan'.", "pack"));
        }

        // A repeat is answered as the first one was, whatever is sold by now.
        if (purchase.Name is { } name
            && await orders.FindByClaimAsync(purchase.Account, ClaimOf(name), cancellationToken) is { Value: var repeated })
        {
            return await RepeatAsync(purchase, repeated, cancellationToken);
        }

        var (order, error) = await OfferAsync(purchase, cancellationToken);
        if (order is null)
        {
            return (null, null, error);
        }

        if (!await AddAsync(orders, order, time.GetUtcNow() + FirstCheck, cancellationToken))
        {
            var known = (await orders.FindByClaimAsync(order.Account, order.Claim, cancellationToken))?.Value
                ?? throw new StorageUnavailableException($"The order of {order.Claim} can't be read.");
            return await RepeatAsync(purchase, known, cancellationToken);
        }

        return await ShowAsync(order, cancellationToken);
    }

    /// <summary>Another page of the same order could be paid beside the first: it is fetched.</summary>
    private async Task<(Order? Order, Uri? Url, HubError? Error)> RepeatAsync(
        Purchase purchase, Order known, CancellationToken cancellationToken)
    {
        if (!IsOf(purchase, known))
        {
            return (null, null, new HubError(
                422, "idempotency_key_reused", Blame.Caller, "This Idempotency-Key was used for another request.", "Idempotency-Key"));
        }

        return known is not { Status: OrderStatus.Open } ? (known, null, null)
            : known.Checkout is { } page ? (known, (await provider.FindCheckoutAsync(page, cancellationToken))?.Url, null)
            : await ShowAsync(known, cancellationToken);
    }

    private async Task<(Order? Order, Uri? Url, HubError? Error)> ShowAsync(Order order, CancellationToken cancellationToken)
    {
        if (order.Kind == OrderKind.Plan && await CloseOthersAsync(order, cancellationToken) is { } taken)
        {
            await FailAsync(order, cancellationToken);
            return (null, null, taken);
        }

        var page = await payers.ForCustomerAsync(
                order.Account, customer => provider.OpenCheckoutAsync(order, customer, cancellationToken), cancellationToken)
            ?? throw new InvalidOperationException($"The account {order.Account} has a key and is not there.");
        order = await writer.ChangeAsync(
            order.Account, order.Id, stored => stored with { Checkout = page.Id }, cancellationToken) ?? order;
        if (order.Status == OrderStatus.Open)
        {
            return (order, page.Url, null);
        }

        // An order of another plan has ended this one meanwhile.
        await provider.CloseCheckoutAsync(page.Id, cancellationToken);
        return (order, null, null);
    }

    /// <summary>An account has one plan: pages of earlier orders are ended. An error when one of them was paid.</summary>
    private async Task<HubError?> CloseOthersAsync(Order order, CancellationToken cancellationToken)
    {
        await foreach (var other in plans.OrdersAsync(order.Account, cancellationToken))
        {
            if (other.Id == order.Id || other.Provider != provider.Name)
            {
                continue;
            }

            if (other.IsSubscribed)
            {
                return AlreadySubscribed(other.Product);
            }

            if (other.Status == OrderStatus.Open)
            {
                if (other.Checkout is { } page
                    && await provider.CloseCheckoutAsync(page, cancellationToken) is { IsOver: false })
                {
                    return AlreadySubscribed(other.Product);
                }

                await FailAsync(other, cancellationToken);
            }
        }

        return null;
    }

    private Task<Order?> FailAsync(Order order, CancellationToken cancellationToken) => writer.ChangeAsync(
        order.Account, order.Id,
        known => known is { Status: OrderStatus.Open, Subscription: null } ? known with { Status = OrderStatus.Failed } : known,
        cancellationToken);

    /// <summary>Writes it down and has it looked at, whatever happens next.</summary>
    internal static async Task<bool> AddAsync(
        IOrderStore orders, Order order, DateTimeOffset firstCheck, CancellationToken cancellationToken)
    {
        var due = new DueOrder(order.Account, order.Id);
        await orders.ScheduleAsync(due, firstCheck, cancellationToken);
        if (await orders.AddAsync(order, cancellationToken))
        {
            return true;
        }

        // A repeat has made an id of its own; unless this is the order itself, whose first answer was lost.
        if (await orders.FindAsync(order.Account, order.Id, cancellationToken) is not null)
        {
            return true;
        }

        await orders.ScheduleAsync(due, null, cancellationToken);
        return false;
    }

    private async Task<(Order? Order, HubError? Error)> OfferAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        if (purchase.Plan is { } planId)
        {
            if (await FindAsync(configuration.Plans, planId, cancellationToken) is not { IsSold: true } plan)
            {
                return (null, new HubError(404, "plan_not_found", Blame.Caller, "No such plan is sold.", "plan"));
            }

            if (purchase.Quantity != 1)
            {
                return (null, Invalid("'quantity' of a plan is 1.", "quantity"));
            }

            var owner = await owners.FindAsync(OwnerKind.Account, purchase.Account, cancellationToken);
            return owner?.Value is { Plan: { } current } account && current != account.GivenPlan ? (null, AlreadySubscribed(current))
                // One that is not paid at the moment gives no plan, and will be charged again.
                : await SubscribedAsync(purchase.Account, cancellationToken) is { } subscribed ? (null, AlreadySubscribed(subscribed))
                : Offer(purchase, OrderKind.Plan, plan.Id, plan.Name, plan.Credits, plan.Prices);
        }

        return await FindAsync(configuration.Packs, purchase.Pack!, cancellationToken) is { IsSold: true } pack
            ? Offer(purchase, OrderKind.Pack, pack.Id, pack.Name, pack.Credits, pack.Prices)
            : (null, new HubError(404, "pack_not_found", Blame.Caller, "No such pack is sold.", "pack"));
    }

    private (Order? Order, HubError? Error) Offer(
        Purchase purchase, OrderKind kind, string product, string title, long credits, IReadOnlyDictionary<string, long> prices)
    {
        if (!prices.TryGetValue(purchase.Currency, out var price))
        {
            return (null, Invalid(
                $"'currency' must be one of: {string.Join(", ", prices.Keys.Order(StringComparer.Ordinal))}.", "currency"));
        }

        if (purchase.Quantity is < 1 or > QuantityMax || (Int128)price * purchase.Quantity > ProductRules.PriceMax
            || (Int128)credits * purchase.Quantity > Ledger.SyncCommand.AmountMax)
        {
            return (null, Invalid(
                $"'quantity' must be 1 to {QuantityMax}, and one order at most {ProductRules.PriceMax} minor units and 1000000 credits.",
                "quantity"));
        }

        var id = ids.New().ToString("N");
        return (new Order
        {
            Id = "ord_" + id,
            Account = purchase.Account,
            Kind = kind,
            Provider = provider.Name,
            Claim = purchase.Name is { } name ? ClaimOf(name) : "new|" + id,
            Product = product,
            Title = title,
            Quantity = purchase.Quantity,
            Currency = purchase.Currency,
            Amount = price * purchase.Quantity,
            Credits = credits * purchase.Quantity,
            CreatedAt = time.GetUtcNow(),
            SavesPaymentMethod = purchase.SavesPaymentMethod,
        }, null);
    }

    /// <summary>Its price may have changed meanwhile: what was ordered first holds.</summary>
    private static bool IsOf(Purchase purchase, Order order) =>
        order.Kind == (purchase.Plan is null ? OrderKind.Pack : OrderKind.Plan)
        && (order.Product, order.Quantity, order.Currency, order.SavesPaymentMethod)
            == (purchase.Plan ?? purchase.Pack, purchase.Quantity, purchase.Currency, purchase.SavesPaymentMethod);

    private static string ClaimOf(string name) => "request|" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private async Task<string?> SubscribedAsync(string account, CancellationToken cancellationToken)
    {
        await foreach (var order in plans.OrdersAsync(account, cancellationToken))
        {
            if (order.IsSubscribed)
            {
                return order.Product;
            }
        }

        return null;
    }

    private static HubError AlreadySubscribed(string plan) => new(
        409, "already_subscribed", Blame.Caller,
        $"This account has the plan '{plan}'. Cancel it (POST /api/me/portal) and subscribe when it has ended.", "plan");

    private static async Task<T?> FindAsync<T>(IConfigurationRecords<T> records, string id, CancellationToken cancellationToken)
        where T : class => ProductRules.IsId(id) ? (await records.GetAsync(id, cancellationToken))?.Value : null;

    private static HubError Invalid(string message, string param) => new(400, "invalid_request", Blame.Caller, message, param);
}
