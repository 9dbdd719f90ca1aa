using AigneHub.Core.Ledger;
using Azure.Data.Tables;

namespace AigneHub.Storage.Ledger;

/// <summary>The rows of movements (<c>m|</c>), booked outside ids (<c>k|</c>) and payments (<c>p|</c>).</summary>
internal static class MovementRows
{
    public static TableEntity Of(string partition, Movement movement) => new(partition, TableKeys.Movement(movement.Seq))
    {
        ["Kind"] = movement.Kind.ToString(),
        ["Amount"] = movement.Amount,
        ["At"] = movement.At,
        ["Id"] = movement.Id,
        ["GrantId"] = movement.GrantId,
        ["Reason"] = movement.Reason,
        ["By"] = movement.By,
        ["Hash"] = movement.Hash,
        ["Granted"] = movement.After.Granted,
        ["Reversed"] = movement.After.Reversed,
        ["Expired"] = movement.After.Expired,
        ["WrittenOff"] = movement.After.WrittenOff,
    };

    public static Movement Movement(TableEntity row) => new(
        TableKeys.SeqOfMovement(row.RowKey), Enum.Parse<MovementKind>(row.GetString("Kind")), row.GetInt64("Amount")!.Value,
        row.GetDateTimeOffset("At")!.Value, row.GetString("Id"), row.GetString("GrantId"), row.GetString("Reason"), row.GetString("By"),
        row.GetString("Hash"))
    {
        After = new MoneySums(
            row.GetInt64("Granted")!.Value, row.GetInt64("Reversed")!.Value, row.GetInt64("Expired")!.Value,
            row.GetInt64("WrittenOff")!.Value),
    };

    public static TableEntity Of(string partition, BookedId booked) => new(partition, TableKeys.Booked(booked.Id))
    {
        ["MoneySeq"] = booked.MoneySeq,
        ["Hash"] = booked.Hash,
    };

    public static BookedId Booked(TableEntity row, OutsideId id) => new(id, row.GetInt64("MoneySeq")!.Value, row.GetString("Hash"));

    public static TableEntity Of(string partition, PaymentRow booked) => new(partition, TableKeys.Payment(booked.Payment.Id))
    {
        ["Payment"] = booked.Payment.Id,
        ["Order"] = booked.Payment.Order,
        ["Price"] = booked.Payment.Price,
        ["Credits"] = booked.Payment.Credits,
        ["Captured"] = booked.Payment.Captured,
        ["Refunded"] = booked.Payment.Refunded,
        ["Disputed"] = booked.Payment.Disputed,
        ["Dispute"] = booked.Payment.Dispute.ToString(),
        ["Expires"] = booked.Payment.Expires,
        ["GrantedNano"] = booked.Granted,
        ["ReversedNano"] = booked.Reversed,
        ["LapsedNano"] = booked.Lapsed,
        ["ElsewhereNano"] = booked.Elsewhere,
    };

    public static PaymentRow Payment(TableEntity row) => new(
        new Payment(
            row.GetString("Payment"), row.GetString("Order"), row.GetInt64("Price")!.Value, row.GetInt64("Credits")!.Value,
            row.GetInt64("Captured")!.Value, row.GetInt64("Refunded")!.Value, row.GetInt64("Disputed")!.Value,
            Enum.Parse<DisputeStatus>(row.GetString("Dispute")), row.GetDateTimeOffset("Expires")),
        row.GetInt64("GrantedNano")!.Value, row.GetInt64("ReversedNano")!.Value)
    {
        Lapsed = row.GetInt64("LapsedNano") ?? 0,
        Elsewhere = row.GetInt64("ElsewhereNano") ?? 0,
    };
}
