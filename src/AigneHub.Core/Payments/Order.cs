namespace AigneHub.Core.Payments;

/// <summary>What an order is for. The names are stored.</summary>
public enum OrderKind
{
    Pack,

    /// <summary>A subscription: each paid invoice is a payment of its own.</summary>
    Plan,

    /// <summary>A pack, bought by the hub because the balance was low.</summary>
    TopUp,

    /// <summary>An invoice that was paid outside and entered by an administrator.</summary>
    Invoice,
}

/// <summary>How far an order is. The names are stored.</summary>
public enum OrderStatus
{
    /// <summary>Not paid yet.</summary>
    Open,

    /// <summary>Paid; of a plan: at least once, and not over.</summary>
    Paid,

    /// <summary>Of a plan: cancelled or not renewed.</summary>
    Ended,

    /// <summary>It was not paid and can't be any more.</summary>
    Failed,
}

/// <summary>What was sold to whom for what, fixed when it was ordered. Currency exists here and nowhere else.</summary>
public sealed record Order
{
    /// <summary><c>ord_</c> and a UUID v7.</summary>
    public required string Id { get; init; }

    public required string Account { get; init; }
    public required OrderKind Kind { get; init; }

    /// <summary>Who collects the money: <see cref="IPaymentProvider.Name"/> or <see cref="ManualPayments.Provider"/>.</summary>
    public required string Provider { get; init; }

    /// <summary>What asked for it: one order an account and claim, however often it is asked for.</summary>
    public required string Claim { get; init; }

    /// <summary>The pack's or plan's id; of an invoice its number.</summary>
    public required string Product { get; init; }

    /// <summary>The product's name then.</summary>
    public required string Title { get; init; }

    public required int Quantity { get; init; }
    public required string Currency { get; init; }

    /// <summary>Minor units of all of it; of a plan, of each month.</summary>
    public required long Amount { get; init; }

    /// <summary>Nano for <see cref="Amount"/>.</summary>
    public required long Credits { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public OrderStatus Status { get; init; } = OrderStatus.Open;

    /// <summary>The payment method may be charged again without the payer: for automatic top-up.</summary>
    public bool SavesPaymentMethod { get; init; }

    /// <summary>The provider's id of the page where it is paid.</summary>
    public string? Checkout { get; init; }

    /// <summary>The only payment that pays it; null of plans.</summary>
    public string? Payment { get; init; }

    /// <summary>The provider's id of the subscription.</summary>
    public string? Subscription { get; init; }

    /// <summary>Of a plan: it will be charged again.</summary>
    public bool IsRenewing { get; init; }

    /// <summary>Of a plan: the end of the last month that was paid.</summary>
    public DateTimeOffset? PaidUntil { get; init; }

    /// <summary>Of a plan: the provider has a subscription that charges, or may charge again.</summary>
    public bool IsSubscribed => Kind == OrderKind.Plan && Subscription is not null && Status != OrderStatus.Ended;

    /// <summary>Whether the account has the plan's rights.</summary>
    public bool IsInForce(DateTimeOffset now) =>
        Kind == OrderKind.Plan && PaidUntil is { } until && now < (IsRenewing ? until + Plan.RenewalTime : until);
}
