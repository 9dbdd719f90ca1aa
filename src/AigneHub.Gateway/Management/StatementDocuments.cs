using System.Text.Json.Serialization;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Gateway.Management;

/// <summary>One line of a statement in JSON Lines.</summary>
/// <param name="Type"><c>opening</c>, <c>call</c>, <c>usage</c>, <c>closing</c>, or the kind of the movement.</param>
/// <param name="Amount">What it adds to the balance, whole units with up to 9 decimals; absent when the call has no price.</param>
/// <param name="Balance">Afterwards.</param>
/// <param name="Unit">Of the opening and closing lines: <c>USD</c> or <c>credits</c>.</param>
/// <param name="Calls">Of a line of usage and of the closing line.</param>
internal sealed record StatementLineDocument(
    string Type, DateTimeOffset Time, string? Amount, string Balance, string? Unit = null, long? Movements = null, long? Calls = null,
    long? Unpriced = null, MovementDocument? Movement = null, LedgerLineDocument? Call = null)
{
    public static StatementLineDocument Of(StatementLine line, string unit)
    {
        var document = new StatementLineDocument(
            StatementWords.TypeOf(line), line.Time, Nano.ToDecimalString(line.Amount), Nano.ToDecimalString(line.Balance));
        return line switch
        {
            StatementLine.Moved { Movement: var movement } => document with { Movement = MovementDocument.Of(movement) },
            StatementLine.Called { Line: var call } => document with
            {
                Amount = call.Event.Cost is null ? null : document.Amount,
                Call = LedgerLineDocument.Of(call),
            },
            StatementLine.Used used => document with { Calls = used.Calls },
            StatementLine.Closing end => document with
            {
                Amount = null,
                Unit = unit,
                Movements = end.Movements,
                Calls = end.Calls,
                Unpriced = end.Unpriced,
            },
            _ => document with { Amount = null, Unit = unit },
        };
    }
}

/// <param name="Number">1, 2, 3 … without gaps.</param>
/// <param name="Id">What asked for it; absent when the ledger did it by itself.</param>
/// <param name="Grant">The grant that was made, joined, reversed or has expired.</param>
/// <param name="Granted">The account's sums after it, whole units.</param>
internal sealed record MovementDocument(
    long Number, string? Id, string? Grant, string? Reason, string? By, string Granted, string Reversed, string Expired,
    string WrittenOff)
{
    public static MovementDocument Of(Movement movement) => new(
        movement.Seq, movement.Id, movement.GrantId, movement.Reason, movement.By, Nano.ToDecimalString(movement.After.Granted),
        Nano.ToDecimalString(movement.After.Reversed), Nano.ToDecimalString(movement.After.Expired),
        Nano.ToDecimalString(movement.After.WrittenOff));
}

/// <summary>As the management API's JSON, but one document a line.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EnumWord<CallOutcome>)])]
[JsonSerializable(typeof(StatementLineDocument))]
internal sealed partial class StatementJson : JsonSerializerContext;
