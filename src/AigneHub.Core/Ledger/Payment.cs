namespace AigneHub.Core.Ledger;

/// <summary>Whether the payer's bank has taken the money back. A final status is never left.</summary>
public enum DisputeStatus
{
    None,
    Open,
    Won,
    Lost,
}

/// <summary>
/// What is known of a payment. Amounts are cumulative, in the currency's smallest unit, so that reports may be repeated and
/// come in any order.
/// </summary>
/// <param name="Order">What was sold: <paramref name="Credits"/> nano for <paramref name="Price"/>, fixed at checkout.</param>
/// <param name="Disputed">The disputed amount; counts unless the dispute was won.</param>
/// <param name="Expires">When the credits expire; null: never.</param>
public sealed record Payment(
    string Id, string Order, long Price, long Credits, long Captured, long Refunded = 0, long Disputed = 0,
    DisputeStatus Dispute = DisputeStatus.None, DateTimeOffset? Expires = null)
{
    internal const string GrantSource = "payment";

    public string GrantId => GrantSource + "|" + Id;

    /// <summary>Whether a movement's id is a payment's: nothing else may be called so.</summary>
    internal static bool IsGrantId(string? id) => id?.StartsWith(GrantSource + "|", StringComparison.Ordinal) ?? false;

    /// <summary>Nano that the payer is entitled to. A refund takes back the part of the credits, rounded up.</summary>
    public long Entitled
    {
        get
        {
            var back = Int128.Min(Captured, (Int128)Refunded + (Dispute is DisputeStatus.Open or DisputeStatus.Lost ? Disputed : 0));
            var granted = (Int128)Credits * Captured / Price;
            var reversed = ((Int128)Credits * back + Price - 1) / Price;
            return (long)Int128.Max(0, granted - reversed);
        }
    }

    /// <summary>Whether the amounts can be, and the texts have lengths that their rows can keep.</summary>
    public bool IsValid =>
        Price > 0 && Credits is > 0 and <= SyncCommand.AmountMax && Captured >= 0 && Captured <= Price && Refunded >= 0 && Disputed >= 0
        && OutsideId.IsText(Id) && OutsideId.IsText(Order);

    /// <summary>Both reports together: the larger amounts, the later status of the dispute.</summary>
    public Payment Merge(Payment other) => this with
    {
        Captured = Math.Max(Captured, other.Captured),
        Refunded = Math.Max(Refunded, other.Refunded),
        Disputed = Math.Max(Disputed, other.Disputed),
        Dispute = Dispute is DisputeStatus.Won or DisputeStatus.Lost || other.Dispute == DisputeStatus.None ? Dispute : other.Dispute,
    };
}

/// <summary>What is booked of a payment (row <c>p|</c>).</summary>
/// <param name="Granted">Nano granted for it, over all movements.</param>
/// <param name="Reversed">Nano reversed for it, over all movements.</param>
public sealed record PaymentRow(Payment Payment, long Granted, long Reversed)
{
    /// <summary>Nano that were to be reversed and had expired: what is gone already is taken from nothing else.</summary>
    public long Lapsed { get; init; }

    /// <summary>Nano that were taken from other credit, or became debt, because its own were used; given back before all else.</summary>
    public long Elsewhere { get; init; }

    /// <summary>Nano that its payer has of it, or had.</summary>
    internal long Net => Granted - Reversed - Lapsed;
}
