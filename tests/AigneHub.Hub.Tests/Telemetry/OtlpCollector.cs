using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Telemetry;

/// <summary>Takes OTLP over HTTP in protobuf on loopback: https://opentelemetry.io/docs/specs/otlp/#otlphttp.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> _received = new();

    private OtlpCollector(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var collector = new OtlpCollector(app);
        app.MapPost("/v1/{signal}", async (HttpContext context, string signal) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Assert.Equal("application/x-protobuf", context.Request.ContentType);
            collector._received.Enqueue((signal, body.ToArray()));
        });
        await app.StartAsync();
        return collector;
    }

    /// <summary>Everything that came, as it came.</summary>
    public string Text => string.Concat(_received.Select(one => Encoding.Latin1.GetString(one.Body)));

    public IEnumerable<OtlpSpan> Spans =>
        from record in Scoped("traces")
        let span = new ProtoMessage(record)
        select new OtlpSpan(
            Convert.ToHexStringLower(span.Bytes(1).Span), Convert.ToHexStringLower(span.Bytes(2).Span),
            Convert.ToHexStringLower(span.Bytes(4).Span), span.Text(5), Attributes(span.All(9)));

    public IEnumerable<OtlpPoint> Points =>
        from record in Scoped("metrics")
        let metric = new ProtoMessage(record)
        from kind in new[] { 5, 7, 9 }
        from data in metric.All(kind)
        from point in new ProtoMessage(data).All(1)
        let read = new ProtoMessage(point)
        select kind == 9
            ? new OtlpPoint(metric.Text(1), read.Fixed(4), Attributes(read.All(9)))
            : new OtlpPoint(metric.Text(1), read.Fixed(6), Attributes(read.All(7)));

    public IEnumerable<OtlpLog> Logs =>
        from record in Scoped("logs")
        let log = new ProtoMessage(record)
        select new OtlpLog(new ProtoMessage(log.Bytes(5)).Text(1), Convert.ToHexStringLower(log.Bytes(9).Span), Attributes(log.All(6)));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>
    /// The spans, metrics or logs of all resources (field 1) and scopes (their field 2, then field 2 of each). Of metrics the
    /// newest export, which has all there is: sums go on from the start, and other hubs of the process make many.
    /// </summary>
    private IEnumerable<ReadOnlyMemory<byte>> Scoped(string signal) =>
        from one in signal == "metrics" ? _received.Where(one => one.Signal == signal).TakeLast(1) : _received
        where one.Signal == signal
        from resource in new ProtoMessage(one.Body).All(1)
        from scope in new ProtoMessage(resource).All(2)
        from bytes in new ProtoMessage(scope).All(2)
        select bytes;

    private static Dictionary<string, string> Attributes(IEnumerable<ReadOnlyMemory<byte>> pairs)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var pair in pairs.Select(pair => new ProtoMessage(pair)))
        {
            attributes[pair.Text(1)] = new ProtoMessage(pair.Bytes(2)).Value();
        }

        return attributes;
    }
}

internal sealed record OtlpSpan(string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes);

/// <param name="Value">Of a histogram the number of its measurements.</param>
internal sealed record OtlpPoint(string Name, long Value, IReadOnlyDictionary<string, string> Attributes);

internal sealed record OtlpLog(string Body, string TraceId, IReadOnlyDictionary<string, string> Attributes);
