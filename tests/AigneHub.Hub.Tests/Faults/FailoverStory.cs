using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing.Health;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>One line of <c>docs/faults.md</c>: a call, after what came before it.</summary>
/// <param name="Vendors">What the vendors do by then.</param>
/// <param name="Called">Whom the hub called, in turn.</param>
internal sealed record FailoverRow(string Story, string Vendors, string Client, string Called);

/// <summary>
/// A hub with two vendors, of which the first has two credentials; they behave as they are told, and the hub's memory of
/// them lives in a time of its own.
/// </summary>
internal sealed class FailoverStory : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Names = new() { ["sk-a"] = "openai A", ["sk-b"] = "openai B", ["sk-c"] = "openrouter" };

    private readonly string _name;
    private readonly ConcurrentDictionary<string, Func<HttpContext, JsonNode, Task>> _behaviours = new();
    private readonly List<FailoverRow> _rows = [];
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _events = [];
    private string _model = "gpt-4o-mini";
    private Managed? _managed;
    private FakeUpstream _upstream = null!;
    private TestHub _hub = null!;

    private FailoverStory(string name) => _name = name;

    public IReadOnlyList<FailoverRow> Rows => _rows;

    /// <param name="credentials">Of the first vendor.</param>
    /// <param name="second">Whether there is a second vendor for the model.</param>
    public static async Task<FailoverStory> StartAsync(AzuriteFixture azurite, string name, int credentials, bool second)
    {
        var story = new FailoverStory(name);
        story._upstream = await FakeUpstream.StartAsync((context, body) =>
            story._behaviours[KeyOf(context.Request.Headers.Authorization.ToString())](context, body));
        story._hub = await TestHub.StartAsync(
            azurite,
            settings: new Dictionary<string, string?>
            {
                ["OPENAI_BASE_URL"] = story._upstream.BaseUrl.ToString(),
                ["OPENAI_API_KEY"] = credentials == 2 ? "sk-a,sk-b" : "sk-a",
                ["OPEN_ROUTER_BASE_URL"] = second ? story._upstream.BaseUrl.ToString() : null,
                ["OPEN_ROUTER_API_KEY"] = second ? "sk-c" : null,
            },
            services: services => services.AddSingleton(s => new HealthBoard(new HealthOptions(), story._time, new NoJitter())));
        foreach (var key in Names.Keys)
        {
            story._behaviours[key] = AnswerAsync;
        }

        return story;
    }

    /// <summary>From now on an alias is called: the first vendor's model in its first tier, the second one's behind it.</summary>
    public async Task UseTiersAsync()
    {
        _managed = new Managed(_hub);
        _model = Managed.NewId("tiers");
        await _managed.CreateAsync(
            "aliases",
            $$"""{"name":"{{_model}}","targets":[{"model":"openrouter/openai/gpt-4o-mini","tier":1},{"model":"openai/gpt-4o-mini","tier":0}]}""");
    }

    /// <summary>From now on the credential's calls end so.</summary>
    public void Vendor(string credential, string does)
    {
        var (key, name) = Names.Single(n => n.Value == credential);
        _behaviours[key] = does switch
        {
            "answers" => AnswerAsync,
            "begins its stream with an error" => (context, _) => FakeUpstream.WriteEventAsync(context, """{"error":{"message":"no","type":"server_error"}}"""),
            _ => (context, _) => FailAsync(context, does),
        };
        _events.Add($"{name} {(char.IsAsciiDigit(does[0]) ? $"says {does.Replace(", ", " with ", StringComparison.Ordinal)}" : does)}");
    }

    public void Wait(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _events.Add($"{seconds} s later");
    }

    public async Task CallAsync(bool stream = false, int times = 1)
    {
        List<FailoverRow> rows = [];
        for (var i = 0; i < times; i++)
        {
            rows.Add(await CallOnceAsync(stream));
        }

        _events.Clear();
        foreach (var same in rows.GroupBy(r => (r.Client, r.Called)))
        {
            var first = ReferenceEquals(same.First(), rows[0]) ? rows[0] : rows[0] with { Vendors = "" };
            var count = same.Count();
            _rows.Add(first with { Client = count == 1 ? same.Key.Client : $"{count} calls: {same.Key.Client}", Called = same.Key.Called });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_managed?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _hub.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private async Task<FailoverRow> CallOnceAsync(bool stream)
    {
        var before = _upstream.Requests.Count;
        using var response = await _hub.ChatAsync(
            $$"""{"model":"{{_model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""");
        var text = await response.Content.ReadAsStringAsync();
        var called = _upstream.Requests.Skip(before).Select(r => Names[KeyOf(r.Headers["Authorization"])]).ToArray();
        var attempts = response.Headers.TryGetValues("x-hub-attempts", out var values) ? values.Single() : "0";
        Assert.Equal(called.Length.ToString(CultureInfo.InvariantCulture), attempts);
        return new FailoverRow(_name, string.Join(", ", _events), ClientOf((int)response.StatusCode, response.Headers.RetryAfter, text), string.Join(", then ", called));
    }

    private static string ClientOf(int status, RetryConditionHeaderValue? retryAfter, string text)
    {
        if (status == 200)
        {
            return text.Contains("one two", StringComparison.Ordinal) ? "200, the answer" : "200, something else";
        }

        var error = FaultRow.ErrorOf(text)!;
        var blame = error["message"]!.GetValue<string>().Contains("own credentials", StringComparison.Ordinal) ? " (the hub's credentials)" : "";
        return $"{status} {error["code"] ?? error["type"]}{blame}{(retryAfter is null ? "" : $", Retry-After {retryAfter}")}";
    }

    private static string KeyOf(string authorization) => authorization["Bearer ".Length..];

    private static async Task AnswerAsync(HttpContext context, JsonNode body)
    {
        if (body["stream"]?.GetValue<bool>() == true)
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("one two"));
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk(" three", "stop"));
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(7, 5));
            await FakeUpstream.WriteEventAsync(context, "[DONE]");
            return;
        }

        await WriteAsync(context, 200, FakeUpstream.Answer("one two three", 7, 5));
    }

    /// <param name="does">A status, and perhaps a Retry-After after a comma.</param>
    private static Task FailAsync(HttpContext context, string does)
    {
        var parts = does.Split(", Retry-After ");
        if (parts.Length == 2)
        {
            context.Response.Headers.RetryAfter = parts[1];
        }

        return WriteAsync(context, int.Parse(parts[0], CultureInfo.InvariantCulture), """{"error":{"message":"What the vendor said","type":"x","param":null,"code":null}}""");
    }

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        return context.Response.WriteAsync(body);
    }

    private sealed class NoJitter : Random
    {
        public override double NextDouble() => 0;
    }
}
