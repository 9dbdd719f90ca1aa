namespace AigneHub.Core.Ledger;

/// <summary>Somebody is to be told of a purse. It stays in the purse's state until it is kept elsewhere.</summary>
/// <param name="Seq">Unique in the purse, ascending.</param>
/// <param name="Percent">Of the budget that is used; null: the balance is low, or <paramref name="Refused"/>.</param>
/// <param name="Limit">Nano: the period's budget, or what the balance is below; 0 of credit that refused a call.</param>
/// <param name="Amount">Nano: spent in the period, or the balance, which may be negative.</param>
/// <param name="PeriodEnd">Of the budget's period.</param>
/// <param name="At">By the store's clock.</param>
/// <param name="Refused">A call was refused because the rest of the budget or credit did not carry it.</param>
public sealed record PurseNotice(
    long Seq, int? Percent, long Limit, long Amount, DateTimeOffset? PeriodEnd, DateTimeOffset At, bool Refused = false);
