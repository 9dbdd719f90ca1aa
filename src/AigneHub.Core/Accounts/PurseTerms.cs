using System.Text.Json.Serialization;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Accounts;

/// <summary>How a purse limits the calls that are charged to it.</summary>
/// <param name="Budget">Of hard and soft purses, and of no others.</param>
public sealed record PurseTerms(PurseKind Kind, Budget? Budget = null, PurseAlerts? Alerts = null)
{
    /// <summary>It can refuse calls: they need a lease before they are made. Others are charged all the same.</summary>
    [JsonIgnore]
    public bool Binds => Kind is PurseKind.Credit or PurseKind.Hard;

    /// <summary>The same with other thresholds of the balance, for purses without a budget.</summary>
    /// <param name="terms">Null: it limits nothing.</param>
    /// <param name="lowBalance">Nano below which somebody is told; null: never.</param>
    /// <param name="topUpBelow">Nano below which credit is bought; null: never.</param>
    /// <returns>Null when nothing is left to say.</returns>
    public static PurseTerms? WithBalances(PurseTerms? terms, long? lowBalance, long? topUpBelow)
    {
        var kind = terms?.Kind ?? PurseKind.Unlimited;
        var alerts = PurseAlerts.None with { LowBalance = lowBalance, TopUpBelow = topUpBelow };
        return (alerts == PurseAlerts.None, kind) switch
        {
            (false, _) => new PurseTerms(kind, Alerts: alerts),
            (true, PurseKind.Unlimited) => null,
            _ => new PurseTerms(kind),
        };
    }
}
