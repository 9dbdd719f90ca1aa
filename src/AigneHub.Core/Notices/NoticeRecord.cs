using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Notices;

/// <summary>A notice as it is kept, with what became of telling it. Amounts are nano.</summary>
/// <param name="Id"><c>ntc_</c> and 32 hex digits: its time and a hash, the same however often it is made; ascending with time.</param>
/// <param name="Percent">Of the budget that is used; null: the balance is low, or a call was refused.</param>
/// <param name="Amount">Spent in the period, or the balance.</param>
public sealed record NoticeRecord(
    string Id, PurseId Purse, LedgerUnit Unit, int? Percent, long Limit, long Amount, DateTimeOffset? PeriodEnd, DateTimeOffset At)
{
    /// <summary>How long it is kept when nothing is to be done for it any more.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(90);

    public const string IdPrefix = "ntc_";
    public const string BudgetThreshold = "budget.threshold";
    public const string BalanceLow = "balance.low";
    public const string BudgetRefused = "budget.refused";
    public const string BalanceRefused = "balance.refused";

    /// <summary>A call was refused because the rest of the budget or credit did not carry it.</summary>
    public bool Refused { get; init; }

    /// <summary>One for each way in which people are told.</summary>
    public IReadOnlyList<NoticeDelivery> Deliveries { get; init; } = [];

    [JsonIgnore]
    public string Type => (IsOfBudget, Refused) switch
    {
        (true, true) => BudgetRefused,
        (true, false) => BudgetThreshold,
        (false, true) => BalanceRefused,
        _ => BalanceLow,
    };

    /// <summary>Else of credit.</summary>
    [JsonIgnore]
    public bool IsOfBudget => PeriodEnd is not null;

    /// <summary>Of the amounts, for people.</summary>
    [JsonIgnore]
    public string UnitName => Unit == LedgerUnit.NanoUsd ? "USD" : "credits";

    /// <summary>When something is to be done for it; null: nothing any more.</summary>
    [JsonIgnore]
    public DateTimeOffset? NextAt => Deliveries.Min(delivery => delivery.NextAt);

    /// <param name="channels">Ways in which people are told.</param>
    public static NoticeRecord Of(PurseId purse, LedgerUnit unit, PurseNotice notice, IEnumerable<string> channels) => new(
        IdOf(purse, notice), purse, unit, notice.Percent, notice.Limit, notice.Amount, notice.PeriodEnd, notice.At)
    {
        Refused = notice.Refused,
        Deliveries = [.. channels.Select(channel => new NoticeDelivery(channel, notice.At, []))],
    };

    private static string IdOf(PurseId purse, PurseNotice notice)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{purse}|{notice.Seq}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{IdPrefix}{notice.At.ToUnixTimeMilliseconds():x12}{Convert.ToHexStringLower(hash.AsSpan(0, 10))}");
    }
}
