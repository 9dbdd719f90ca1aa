using AigneHub.Core.Notices;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management;

/// <param name="Type">
/// <c>budget.threshold</c>, <c>balance.low</c>, or of a call that was refused <c>budget.refused</c>, <c>balance.refused</c>.
/// </param>
/// <param name="Unit">Of the amounts, which are in whole units.</param>
/// <param name="Limit">The budget, or what the balance is below; absent of <c>balance.refused</c>.</param>
internal sealed record NoticeDocument(
    string Id, string Type, string Purse, string Unit, int? Percent, string? Limit, string? Spent, string? Balance,
    DateTimeOffset? PeriodEnd, DateTimeOffset At, IReadOnlyList<NoticeDeliveryDocument> Deliveries)
{
    public static NoticeDocument Of(NoticeRecord notice)
    {
        var amount = Nano.ToDecimalString(notice.Amount);
        return new NoticeDocument(
            notice.Id, notice.Type, notice.Purse.Value, notice.UnitName, notice.Percent,
            notice.Type == NoticeRecord.BalanceRefused ? null : Nano.ToDecimalString(notice.Limit),
            notice.IsOfBudget ? amount : null, notice.IsOfBudget ? null : amount, notice.PeriodEnd, notice.At,
            [.. notice.Deliveries.Select(one => new NoticeDeliveryDocument(one.Channel, one.IsDelivered, one.NextAt, one.Attempts))]);
    }
}

/// <param name="Channel"><c>webhook</c> or <c>email</c>.</param>
/// <param name="NextAt">Absent: it is delivered, or given up.</param>
internal sealed record NoticeDeliveryDocument(
    string Channel, bool Delivered, DateTimeOffset? NextAt, IReadOnlyList<NoticeAttempt> Attempts);

internal sealed record NoticePage(IReadOnlyList<NoticeDocument> Items, string? Continuation);
