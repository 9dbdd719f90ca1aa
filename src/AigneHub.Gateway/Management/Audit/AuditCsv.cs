using System.Buffers;
using System.Globalization;
using System.Text;
using AigneHub.Core.Audit;

namespace AigneHub.Gateway.Management.Audit;

/// <summary>Entries as CSV, with a header line.</summary>
internal sealed class AuditCsv(IBufferWriter<byte> to)
{
    private const string Header =
        "id,at,actor,name,account,roles,address,method,action,target,targetId,outcome,status,error,reason,endedAt,before,after\r\n";

    private readonly CsvLine _line = new();

    public void WriteHeader() => Encoding.UTF8.GetBytes(Header, to);

    public void Write(AuditEntry entry)
    {
        _line.Plain(entry.Id.ToString("N"));
        _line.Time(entry.At);
        _line.Text(entry.Actor.Id);
        _line.Text(entry.Actor.Name);
        _line.Text(entry.Actor.Account);
        _line.Text(string.Join(' ', entry.Actor.Roles));
        _line.Plain(entry.Address ?? "");
        _line.Plain(entry.Method);
        _line.Plain(entry.Action);
        _line.Plain(entry.Target);
        _line.Text(entry.TargetId);
        _line.Plain(EnumWord<AuditOutcome>.Of(entry.Outcome));
        _line.Plain(entry.Status?.ToString(CultureInfo.InvariantCulture) ?? "");
        _line.Plain(entry.Error ?? "");
        _line.Text(entry.Reason);
        _line.Time(entry.EndedAt);
        _line.Text(entry.Before);
        _line.Text(entry.After);
        _line.WriteTo(to);
    }
}
