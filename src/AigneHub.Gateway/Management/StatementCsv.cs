using System.Buffers;
using System.Globalization;
using System.Text;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Gateway.Management;

/// <summary>
/// A statement as CSV: RFC 4180 with a header line and CR LF, UTF-8 (https://www.rfc-editor.org/rfc/rfc4180). Texts that a
/// spreadsheet would take for a formula begin with an apostrophe instead; amounts are the hub's own digits and stay numbers,
/// negative ones too (https://owasp.org/www-community/attacks/CSV_Injection).
/// </summary>
internal sealed class StatementCsv(IBufferWriter<byte> to, string unit)
{
    private const string Header =
        "time,type,id,amount,balance,unit,model,api,key,project,outcome,error,estimated,units,calls,number,grant,reason,by,"
        + "granted,reversed,expired,writtenOff\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n＝＋－＠");
    private readonly StringBuilder _line = new();

    public void WriteHeader() => Encoding.UTF8.GetBytes(Header, to);

    public void Write(StatementLine line)
    {
        _line.Clear();
        var call = (line as StatementLine.Called)?.Line.Event;
        var movement = (line as StatementLine.Moved)?.Movement;
        _line.Append(line.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        Plain(StatementWords.TypeOf(line));
        Text(call?.Id.ToString("N") ?? movement?.Id);
        Plain(line is StatementLine.Opening or StatementLine.Closing || call is { Cost: null } ? "" : Nano.ToDecimalString(line.Amount));
        Plain(Nano.ToDecimalString(line.Balance));
        Plain(unit);
        Text(call?.Model);
        Text(call?.Front);
        Text(call?.Key);
        Text(call?.Project);
        Plain(call is null ? "" : EnumWord<CallOutcome>.Of(call.Outcome));
        Text(call?.Error);
        Plain(call is null ? "" : call.Estimated ? "true" : "false");
        Plain(call is null ? "" : string.Join(' ', call.Lines.Select(Units)));
        Plain(line switch
        {
            StatementLine.Used used => Digits(used.Calls),
            StatementLine.Closing end => Digits(end.Calls),
            _ => "",
        });
        Plain(movement is null ? "" : Digits(movement.Seq));
        Text(movement?.GrantId);
        Text(movement?.Reason);
        Text(movement?.By);
        Plain(Sum(movement?.After.Granted));
        Plain(Sum(movement?.After.Reversed));
        Plain(Sum(movement?.After.Expired));
        Plain(Sum(movement?.After.WrittenOff));
        _line.Append("\r\n");
        foreach (var chunk in _line.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, to);
        }
    }

    private static string Units(PriceLine line) => $"{UnitKinds.Name(line.Kind)}={Digits(line.Units)}";

    private static string Sum(long? nano) => nano is { } sum ? Nano.ToDecimalString(sum) : "";

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the hub itself has made of digits and letters.</summary>
    private void Plain(string text) => _line.Append(',').Append(text);

    /// <summary>What somebody else may have chosen.</summary>
    private void Text(string? text)
    {
        _line.Append(',');
        if (text is not { Length: > 0 })
        {
            return;
        }

        var defused = Formula.Contains(text[0]) ? "'" + text : text;
        if (defused.AsSpan().ContainsAny(Quoted))
        {
            _line.Append('"').Append(defused.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            _line.Append(defused);
        }
    }
}
