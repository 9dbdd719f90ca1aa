using System.Buffers;
using System.Text;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class StatementCsvTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, 5, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("plain ü", "plain ü")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49", "'+49")]
    [InlineData("-5", "'-5")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("＝1", "'＝1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("=\"x\",1", "\"'=\"\"x\"\",1\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    public void Write_ATextOfSomebodyElse_IsQuotedAndNoFormula(string reason, string cell)
    {
        var movement = new Movement(3, MovementKind.Adjustment, -2_500_000_000, Noon, "admin|x", null, reason, "who")
        {
            After = new MoneySums(7_000_000_000, 2_500_000_000, 0, 1),
        };
        Assert.Equal(
            "2026-11-23T11:00:00.005Z,adjustment,admin|x,-2.5,-0.5,USD,,,,,,,,,,3,," + cell + ",who,7,2.5,0,0.000000001\r\n",
            Text(new StatementLine.Moved(movement, movement.Amount, -500_000_000)));
    }

    [Fact]
    public void Write_ACall_IsALineWithNumbers()
    {
        var usage = UsageSamples.Event(Guid.CreateVersion7(Noon), model: "x/\"m\"", project: "=p", outcome: CallOutcome.Cancelled, estimated: true);
        Assert.Equal(
            $"2026-11-23T11:00:00.005Z,call,{usage.Id:N},-0.0075,-0.5,USD,\"x/\"\"m\"\"\",openai.chat,key_1,'=p,cancelled,,true,"
            + "input=1000 output=500,,,,,,,,,\r\n",
            Text(new StatementLine.Called(new LedgerLine(usage, "unit"), -usage.Cost!.Value, -500_000_000)));

        var unpriced = UsageSamples.Event(Guid.CreateVersion7(Noon), rate: null);
        Assert.StartsWith(
            $"2026-11-23T11:00:00.005Z,call,{unpriced.Id:N},,-0.5,USD,", Text(new StatementLine.Called(new LedgerLine(unpriced, "unit"), 0, -500_000_000)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EveryLine_HasTheHeadersCells()
    {
        var cells = Text(null).Count(c => c == ',');
        StatementLine[] lines =
        [
            new StatementLine.Opening(Noon, 1), new StatementLine.Used(Noon, 3, -1, 0), new StatementLine.Closing(Noon, 0, 1, 2, 3),
            new StatementLine.Called(new LedgerLine(UsageSamples.Event(Guid.CreateVersion7(Noon)), "unit"), -1, 0),
        ];
        Assert.All(lines, line => Assert.Equal(cells, Text(line).Count(c => c == ',')));
        Assert.Equal("2026-11-23T11:00:00.005Z,usage,,-0.000000001,0,USD,,,,,,,,,3,,,,,,,,\r\n", Text(lines[1]));
        Assert.Equal("2026-11-23T11:00:00.005Z,closing,,,0,USD,,,,,,,,,2,,,,,,,,\r\n", Text(lines[2]));
    }

    /// <summary>Null: the header.</summary>
    private static string Text(StatementLine? line)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var csv = new StatementCsv(buffer, "USD");
        if (line is null)
        {
            csv.WriteHeader();
        }
        else
        {
            csv.Write(line);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
