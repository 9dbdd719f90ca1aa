using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AigneHub.Bench.Roles;

/// <summary>Stands between a hub and its storage and counts the requests by kind. A transaction is one request.</summary>
internal sealed class StorageCounter : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    private StorageCounter(WebApplication app) => _app = app;

    public string ConnectionString { get; private set; } = "";

    /// <param name="storage">A connection string with endpoints by address.</param>
    public static async Task<StorageCounter> StartAsync(string storage)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.2:0");
        var app = builder.Build();
        var counter = new StorageCounter(app);
        var settings = storage.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => s[1]);
        var tables = new Uri(settings["TableEndpoint"]);
        var queues = new Uri(settings["QueueEndpoint"]);
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Run(async context =>
        {
            var isTable = context.Connection.LocalIpAddress!.Equals(IPAddress.Loopback);
            counter.Count(context.Request, isTable);
            var to = (isTable ? tables : queues).GetLeftPart(UriPartial.Authority);
            await forwarder.SendAsync(context, to, counter._client, ForwarderRequestConfig.Empty, new AsItCame());
        });
        await app.StartAsync();
        var urls = app.Urls.ToArray();
        settings["TableEndpoint"] = urls.First(u => u.Contains("127.0.0.1", StringComparison.Ordinal)) + tables.AbsolutePath;
        settings["QueueEndpoint"] = urls.First(u => u.Contains("127.0.0.2", StringComparison.Ordinal)) + queues.AbsolutePath;
        counter.ConnectionString = string.Join(';', settings.Select(s => $"{s.Key}={s.Value}"));
        return counter;
    }

    /// <summary>The counts since the last call.</summary>
    public IReadOnlyDictionary<string, int> Take()
    {
        var taken = new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);
        _counts.Clear();
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private void Count(HttpRequest request, bool isTable)
    {
        var kind = isTable
            ? request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal) ? "table transaction" : $"table {request.Method}"
            : request.Method switch { "GET" or "HEAD" => "queue read", "POST" => "queue send", "DELETE" => "queue delete", _ => "queue other" };
        _counts.AddOrUpdate(kind, 1, static (_, count) => count + 1);
    }

    /// <summary>Storage's signatures are over the path as it was sent, escapes included.</summary>
    private sealed class AsItCame : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = new Uri(
                destinationPrefix + httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        }
    }
}
