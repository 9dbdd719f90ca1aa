using System.Buffers;
using System.Globalization;
using System.Text;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Gateway.Management;

/// <summary>
/// A statement as CSV, with a header line. Amounts are the hub's own digits and stay numbers, negative ones too.
/// </summary>
internal sealed class StatementCsv(IBufferWriter<byte> to, string unit)
{
    private const string Header =
        "time,type,id,amount,balance,unit,model,api,key,project,outcome,error,estimated,units,calls,number,grant,reason,by,"
        + "granted,reversed,expired,writtenOff\r\n";

    private readonly CsvLine _line = new();

    public void WriteHeader() => Encoding.UTF8.GetBytes(Header, to);

    public void Write(StatementLine line)
    {
        var call = (line as StatementLine.Called)?.Line.Event;
        var movement = (line as StatementLine.Moved)?.Movement;
        _line.Time(line.Time);
        _line.Plain(StatementWords.TypeOf(line));
        _line.Text(call?.Id.ToString("N") ?? movement?.Id);
        _line.Plain(
            line is StatementLine.Opening or StatementLine.Closing || call is { Cost: null } ? "" : Nano.ToDecimalString(line.Amount));
        _line.Plain(Nano.ToDecimalString(line.Balance));
        _line.Plain(unit);
        _line.Text(call?.Model);
        _line.Text(call?.Front);
        _line.Text(call?.Key);
        _line.Text(call?.Project);
        _line.Plain(call is null ? "" : EnumWord<CallOutcome>.Of(call.Outcome));
        _line.Text(call?.Error);
        _line.Plain(call is null ? "" : call.Estimated ? "true" : "false");
        _line.Plain(call is null ? "" : string.Join(' ', call.Lines.Select(Units)));
        _line.Plain(line switch
        {
            StatementLine.Used used => Digits(used.Calls),
            StatementLine.Closing end => Digits(end.Calls),
            _ => "",
        });
        _line.Plain(movement is null ? "" : Digits(movement.Seq));
        _line.Text(movement?.GrantId);
        _line.Text(movement?.Reason);
        _line.Text(movement?.By);
        _line.Plain(Sum(movement?.After.Granted));
        _line.Plain(Sum(movement?.After.Reversed));
        _line.Plain(Sum(movement?.After.Expired));
        _line.Plain(Sum(movement?.After.WrittenOff));
        _line.WriteTo(to);
    }

    private static string Units(PriceLine line) => $"{UnitKinds.Name(line.Kind)}={Digits(line.Units)}";

    private static string Sum(long? nano) => nano is { } sum ? Nano.ToDecimalString(sum) : "";

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}
