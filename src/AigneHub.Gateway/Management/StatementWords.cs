using System.Text.Json;
using AigneHub.Core.Ledger;

namespace AigneHub.Gateway.Management;

/// <summary>What a statement's lines are called.</summary>
internal static class StatementWords
{
    public static string TypeOf(StatementLine line) => line switch
    {
        StatementLine.Opening => "opening",
        StatementLine.Moved moved => JsonNamingPolicy.CamelCase.ConvertName(moved.Movement.Kind.ToString()),
        StatementLine.Called => "call",
        StatementLine.Used => "usage",
        StatementLine.Closing => "closing",
        _ => throw new ArgumentOutOfRangeException(nameof(line)),
    };
}
