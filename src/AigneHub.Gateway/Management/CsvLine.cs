using System.Buffers;
using System.Globalization;
using System.Text;

namespace AigneHub.Gateway.Management;

/// <summary>
/// A line of CSV: RFC 4180 with CR LF, UTF-8 (https://www.rfc-editor.org/rfc/rfc4180). Texts that a spreadsheet would take for a
/// formula begin with an apostrophe instead (https://owasp.org/www-community/attacks/CSV_Injection).
/// </summary>
internal sealed class CsvLine
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n＝＋－＠");
    private readonly StringBuilder _line = new();
    private bool _hasCell;

    public void Time(DateTimeOffset? time) =>
        Plain(time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) ?? "");

    /// <summary>What the hub itself has made of digits and letters.</summary>
    public void Plain(string text)
    {
        BeginCell();
        _line.Append(text);
    }

    /// <summary>What somebody else may have chosen.</summary>
    public void Text(string? text)
    {
        BeginCell();
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

    /// <summary>And begins anew.</summary>
    public void WriteTo(IBufferWriter<byte> to)
    {
        _line.Append("\r\n");
        foreach (var chunk in _line.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, to);
        }

        _line.Clear();
        _hasCell = false;
    }

    private void BeginCell()
    {
        if (_hasCell)
        {
            _line.Append(',');
        }

        _hasCell = true;
    }
}
