using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>GET /api/me/statement</c>, <c>GET /api/admin/accounts/{id}/statement</c>: an account's movements and calls between an
/// opening and a closing balance, as CSV or JSON Lines, of any length: read as the client takes it. JSON Lines rather than an
/// array: it can be read line by line, and one that was cut off is told by its missing closing line.
/// </summary>
public sealed class StatementEndpoints(
    ManagementHandler handler, StatementReader reader, IHubSnapshots snapshots, TimeProvider time)
{
    /// <summary>Statements that an instance writes at once.</summary>
    private const int RunningMax = 16;

    private const int FlushBytes = 32 * 1024;
    private int _running;

    public Task MineAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.MyStatement, call => AnswerAsync(call, call.Caller.Account), cancellationToken);

    public Task OfAccountAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.AccountStatement, id, call => AnswerAsync(call, id), cancellationToken);

    private async Task<HubError?> AnswerAsync(ManagementCall call, string account)
    {
        var (query, format, error) = Parse(call.Request);
        if ((error ?? LedgerEndpoints.CheckAccount(account)) is { } refused)
        {
            return refused;
        }

        try
        {
            if (Interlocked.Increment(ref _running) > RunningMax)
            {
                return new HubError(
                    503, "hub_overloaded", Blame.Hub, $"This instance writes {RunningMax} statements already. Retry shortly.",
                    RetryAfter: TimeSpan.FromSeconds(10));
            }

            using var left = CancellationTokenSource.CreateLinkedTokenSource(
                call.CancellationToken, call.Request.HttpContext.RequestAborted);
            await WriteAsync(call.Request.HttpContext.Response, account, query!, format, left.Token);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Nothing is sent before the opening balance is known, so that a failure until then is an error like any other.</summary>
    private async Task WriteAsync(
        HttpResponse response, string account, StatementQuery query, StatementFormat format, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(FlushBytes * 2);
        var unit = Units.Name(snapshots.Current.Mode);
        var csv = format == StatementFormat.Csv ? new StatementCsv(buffer, unit) : null;
        using var json = csv is null ? new Utf8JsonWriter(buffer) : null;
        csv?.WriteHeader();
        await foreach (var line in reader.ReadAsync(account, query, cancellationToken))
        {
            if (csv is not null)
            {
                csv.Write(line);
            }
            else
            {
                JsonSerializer.Serialize(json!, StatementLineDocument.Of(line, unit), StatementJson.Default.StatementLineDocument);
                json!.Reset();
                buffer.Write("\n"u8);
            }

            if (buffer.WrittenCount >= FlushBytes)
            {
                await FlushAsync();
            }
        }

        await FlushAsync();

        async Task FlushAsync()
        {
            if (!response.HasStarted)
            {
                response.ContentType = csv is null ? "application/x-ndjson" : "text/csv; charset=utf-8; header=present";
                response.Headers.ContentDisposition = $"attachment; filename=\"{FileName(account, query, format)}\"";
            }

            await response.Body.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }
    }

    private static string FileName(string account, StatementQuery query, StatementFormat format)
    {
        var (name, ending) = (account.Replace(':', '_'), format == StatementFormat.Csv ? "csv" : "jsonl");
        return string.Create(
            CultureInfo.InvariantCulture, $"statement-{name}-{query.From:yyyyMMddHH}-{query.To:yyyyMMddHH}.{ending}");
    }

    /// <summary>Without a span: this month, until the end of this hour.</summary>
    private (StatementQuery? Query, StatementFormat Format, HubError? Error) Parse(HttpRequest request)
    {
        var query = new Query(request, "from", "to", "format", "content");
        var now = time.GetUtcNow();
        var to = query.Time("to", HourSpan.StartOf(HourSpan.Of(now)).AddHours(1));
        var last = to.UtcDateTime.AddTicks(-1);
        var from = query.Time("from", new DateTimeOffset(last.Year, last.Month, 1, 0, 0, 0, TimeSpan.Zero));
        var format = query.Word<StatementFormat>("format") ?? StatementFormat.Csv;
        var content = query.Word<StatementContent>("content") ?? StatementContent.All;
        foreach (var (name, value) in new[] { ("from", from), ("to", to) })
        {
            if (!HourSpan.IsWhole(value))
            {
                query.Refuse(Problem.BadRequest($"'{name}' must be a whole UTC hour, such as 2026-02-01T00:00:00Z.", name));
            }
        }

        if (to <= from)
        {
            query.Refuse(Problem.BadRequest("'from' must lie before 'to'.", "from"));
        }

        if (to - from > StatementQuery.SpanMax)
        {
            query.Refuse(Problem.BadRequest($"The span may be {StatementQuery.SpanMax.TotalDays} days at most.", "from"));
        }

        return query.Error is { } error ? (null, format, error) : (new StatementQuery(from, to, content), format, null);
    }

    private enum StatementFormat
    {
        Csv,
        Json,
    }
}
