using AigneHub.Core.Ledger;

namespace AigneHub.Unit.Tests.Payments;

/// <summary>What was paid for: a pack or a month of a plan.</summary>
/// <param name="amount">Minor units.</param>
/// <param name="credits">Nano.</param>
/// <param name="expires">When the credits of a month do; null: never.</param>
internal sealed class AnyOrderSale(string intent, long amount, long credits, DateTimeOffset? expires)
{
    public string Intent => intent;
    public long Amount => amount;
    public DateTimeOffset? Expires => expires;
    public long Refunded { get; set; }
    public long Disputed { get; set; }
    public DisputeStatus Status { get; set; }

    /// <summary>The credits, less the part that went back, rounded up: at most all, though payer and bank may both get it.</summary>
    public Int128 Entitled
    {
        get
        {
            var back = Int128.Min(amount, (Int128)Refunded + (Status == DisputeStatus.Won ? 0 : Disputed));
            var (quotient, rest) = Int128.DivRem(credits * back, amount);
            return credits - quotient - (rest > 0 ? 1 : 0);
        }
    }
}
