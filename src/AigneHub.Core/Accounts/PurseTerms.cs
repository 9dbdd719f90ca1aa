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
}
