using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>Stands before the queues of an Azurite and writes down which usage they have taken, whoever has died meanwhile.</summary>
internal sealed class QueueWitness : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _queues;
    private readonly ConcurrentQueue<string> _taken = new();

    private QueueWitness(WebApplication app, Uri queues)
    {
        _app = app;
        _queues = new HttpClient { BaseAddress = queues };
    }

    public Uri Address => new(_app.Urls.First());

    /// <param name="queues">Scheme, host and port.</param>
    public static async Task<QueueWitness> StartAsync(Uri queues)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var witness = new QueueWitness(app, queues);
        app.Run(witness.PassOnAsync);
        await app.StartAsync();
        return witness;
    }

    /// <summary>The events of every message whose sending has succeeded, each once.</summary>
    public IReadOnlyList<TakenEvent> Taken() => [.. _taken.SelectMany(EventsOf).DistinctBy(one => one.Id)];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _queues.Dispose();
    }

    private static IEnumerable<TakenEvent> EventsOf(string message)
    {
        using var json = JsonDocument.Parse(message);
        foreach (var unit in json.RootElement.GetProperty("units").EnumerateArray())
        {
            var others = unit.GetProperty("others").EnumerateArray().Select(other => other.GetString()!);
            PurseId[] purses = [.. others.Prepend(unit.GetProperty("home").GetString()!).Select(purse => new PurseId(purse))];
            foreach (var one in unit.GetProperty("events").EnumerateArray())
            {
                yield return new TakenEvent(one.GetProperty("id").GetGuid(), one.GetProperty("cost").GetInt64(), purses);
            }
        }
    }

    private async Task PassOnAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(new Uri(context.Request.GetEncodedUrl()).PathAndQuery, UriKind.Relative))
        {
            Content = body.Length > 0 ? new ByteArrayContent(body.ToArray()) : null,
        };
        foreach (var (name, value) in context.Request.Headers)
        {
            if (name != "Host" && !request.Headers.TryAddWithoutValidation(name, (string?)value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (string?)value);
            }
        }

        // To its end, though who has asked may be dead.
        using var answer = await _queues.SendAsync(request, CancellationToken.None);
        if (answer.IsSuccessStatusCode && request.Method == HttpMethod.Post
            && context.Request.Path.Value!.EndsWith($"/{UsageQueues.Usage}/messages", StringComparison.Ordinal))
        {
            body.Position = 0;
            var text = XDocument.Load(body).Root!.Element("MessageText")!.Value;
            _taken.Enqueue(Encoding.UTF8.GetString(Convert.FromBase64String(text)));
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Keep-Alive"))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await answer.Content.CopyToAsync(context.Response.Body);
    }
}
