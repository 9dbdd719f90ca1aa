using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Audit;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Audit;

/// <summary>
/// <c>GET /api/admin/audit</c>: who changed what, newest first, in pages; with <c>format=csv</c> or <c>jsonl</c> all of it, of any
/// length, read as the client takes it.
/// </summary>
public sealed class AuditEndpoints(ManagementHandler handler, IAuditStore store, AuditOptions options, TimeProvider time)
{
    private const int PageMax = 200;
    private const int PageDefault = 50;

    /// <summary>Exports that an instance writes at once.</summary>
    private const int RunningMax = 4;

    private const int FlushBytes = 32 * 1024;

    /// <summary>Clocks of instances may differ.</summary>
    private static readonly TimeSpan AheadMax = TimeSpan.FromHours(1);

    /// <summary>What the nightly deletion may not have come to.</summary>
    private static readonly TimeSpan LateMax = TimeSpan.FromDays(31);

    private int _running;

    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListAudit, ListAsync, cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var query = new Query(
            call.Request, "from", "to", "actor", "account", "action", "target", "targetId", "outcome", "limit", "continuation", "format");
        var (wanted, limit, continuation) = (WantedOf(ref query), query.Limit("limit", PageDefault, PageMax), query.Text("continuation"));
        var format = query.Word<AuditFormat>("format");
        if (format is not null && (continuation ?? query.Text("limit")) is not null)
        {
            query.Refuse(Problem.BadRequest("An export has no pages: leave 'limit' and 'continuation' away.", "format"));
        }

        if (query.Error is { } error)
        {
            return error;
        }

        if (format is { } export)
        {
            return await ExportAsync(call, wanted, export);
        }

        var page = await store.ListAsync(wanted, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new AuditPage([.. page.Items.Select(AuditEntryDocument.Of)], page.Continuation), ManagementJson.Default.AuditPage);
        return null;
    }

    private AuditQuery WantedOf(ref Query query)
    {
        var now = time.GetUtcNow();
        var (first, last) = (now - TimeSpan.FromDays(options.RetentionDays) - LateMax, now + AheadMax);
        var (from, to) = (query.Time("from", first), query.Time("to", last));
        if (to <= from)
        {
            query.Refuse(Problem.BadRequest("'from' must lie before 'to'.", "from"));
        }

        // No month is asked for that can't have entries.
        return new AuditQuery(from < first ? first : from, to > last ? last : to)
        {
            Actor = query.Text("actor"),
            Account = query.Text("account"),
            Action = query.Text("action"),
            Target = query.Text("target"),
            TargetId = query.Text("targetId"),
            Outcome = query.Word<AuditOutcome>("outcome"),
        };
    }

    private async Task<HubError?> ExportAsync(ManagementCall call, AuditQuery wanted, AuditFormat format)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > RunningMax)
            {
                return new HubError(
                    503, "hub_overloaded", Blame.Hub, $"This instance writes {RunningMax} exports already. Retry shortly.",
                    RetryAfter: TimeSpan.FromSeconds(10));
            }

            using var left = CancellationTokenSource.CreateLinkedTokenSource(
                call.CancellationToken, call.Request.HttpContext.RequestAborted);
            await WriteAsync(call.Request.HttpContext.Response, wanted, format, left.Token);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Nothing is sent before the first page is read, so that a failure until then is an error like any other.</summary>
    private async Task WriteAsync(HttpResponse response, AuditQuery wanted, AuditFormat format, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(FlushBytes * 2);
        var csv = format == AuditFormat.Csv ? new AuditCsv(buffer) : null;
        using var json = csv is null ? new Utf8JsonWriter(buffer) : null;
        csv?.WriteHeader();
        string? continuation = null;
        do
        {
            var page = await store.ListAsync(wanted, PageMax, continuation, cancellationToken);
            foreach (var entry in page.Items)
            {
                if (csv is not null)
                {
                    csv.Write(entry);
                    continue;
                }

                JsonSerializer.Serialize(json!, AuditEntryDocument.Of(entry), AuditJson.Default.AuditEntryDocument);
                json!.Reset();
                buffer.Write("\n"u8);
            }

            continuation = page.Continuation;
            if (buffer.WrittenCount >= FlushBytes || continuation is null)
            {
                if (!response.HasStarted)
                {
                    response.ContentType = csv is null ? "application/x-ndjson" : "text/csv; charset=utf-8; header=present";
                    response.Headers.ContentDisposition =
                        $"attachment; filename=\"audit-{wanted.From:yyyyMMdd}-{wanted.To:yyyyMMdd}.{(csv is null ? "jsonl" : "csv")}\"";
                }

                await response.Body.WriteAsync(buffer.WrittenMemory, cancellationToken);
                buffer.ResetWrittenCount();
            }
        }
        while (continuation is not null);
    }

    private enum AuditFormat
    {
        Csv,
        Jsonl,
    }
}
