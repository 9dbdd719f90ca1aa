using System.Text.Json.Nodes;
using AigneHub.Core.Pricing;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>All that the hub has charged: the lines, and what must follow from them.</summary>
internal sealed class Book
{
    // docs/simulated-provider.md: 0.10 and 0.40 USD per million.
    private const long InputNano = 100;
    private const long OutputNano = 400;
    private readonly Dictionary<string, Line> _lines;

    private Book(Dictionary<string, Line> lines) => _lines = lines;

    public int Count => _lines.Count;

    public IEnumerable<string> Ids => _lines.Keys;

    public bool Has(CallRecord call) => call.RequestId is { } id && _lines.ContainsKey(id);

    /// <summary>Reads every line and asserts: no call twice, sums = lines, the audit agrees.</summary>
    public static async Task<Book> ReadAsync(HubProcess gateway)
    {
        var book = new Book(await NewestAsync(gateway, int.MaxValue));
        await book.AssertSumsAsync(gateway);
        return book;
    }

    /// <summary>Returns when every one of these calls has its line; they are the newest ones.</summary>
    public static Task SettledAsync(HubProcess gateway, IReadOnlyCollection<CallRecord> calls) => Until.TrueAsync(
        async () =>
        {
            var lines = await NewestAsync(gateway, calls.Count);
            return calls.All(c => lines.ContainsKey(c.RequestId!));
        },
        "all calls are settled");

    /// <summary>The line says what the client counted.</summary>
    public void AssertLineOf(CallRecord call)
    {
        var line = _lines[call.RequestId!];
        if (call.Finished)
        {
            Assert.Equal("completed", line.Outcome, ignoreCase: true);
            Assert.Equal(call.Output, line.Output);
        }

        Assert.Equal(call.Input ?? line.Input, line.Input);
        Assert.Equal(Nano.ToDecimalString(line.Nano), line.Cost);
    }

    private static async Task<Dictionary<string, Line>> NewestAsync(HubProcess gateway, int atLeast)
    {
        var lines = new Dictionary<string, Line>(StringComparer.Ordinal);
        string? continuation = null;
        do
        {
            var path = "/api/admin/accounts/default/ledger?limit=500" + (continuation is null ? "" : $"&continuation={continuation}");
            var page = await GetAsync(gateway, path);
            foreach (var item in page["items"]!.AsArray())
            {
                var line = Line.Of(item!);
                Assert.True(lines.TryAdd(line.Id, line), $"Call {line.Id} has two lines.");
            }

            continuation = page["continuation"]?.GetValue<string>();
        }
        while (continuation is not null && lines.Count < atLeast);

        return lines;
    }

    private static async Task<JsonNode> GetAsync(HubProcess gateway, string path) =>
        JsonNode.Parse(await gateway.Client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private async Task AssertSumsAsync(HubProcess gateway)
    {
        var total = (await GetAsync(gateway, "/api/admin/usage?groupBy=account&account=default"))["total"]!;
        Assert.Equal(_lines.Count, total["calls"]!.GetValue<long>());
        Assert.Equal(Nano.ToDecimalString(_lines.Values.Sum(l => l.Nano)), total["cost"]!.GetValue<string>());
        Assert.Equal(_lines.Values.Sum(l => l.Input), total["units"]!["input"]?.GetValue<long>() ?? 0);
        Assert.Equal(_lines.Values.Sum(l => l.Output), total["units"]!["output"]?.GetValue<long>() ?? 0);
        var audit = await GetAsync(gateway, "/api/admin/accounts/default/audit");
        Assert.True(audit["agrees"]!.GetValue<bool>(), audit.ToJsonString());
        Assert.Empty((await GetAsync(gateway, "/api/admin/usage/poison?limit=10"))["items"]!.AsArray());
    }

    private sealed record Line(string Id, string Outcome, string? Cost, long Input, long Output)
    {
        /// <summary>The cost by the published price.</summary>
        public long Nano => checked(Input * InputNano + Output * OutputNano);

        public static Line Of(JsonNode item)
        {
            var units = item["lines"]!.AsArray().ToDictionary(l => l!["kind"]!.GetValue<string>(), l => l!["units"]!.GetValue<long>());
            return new Line(
                item["id"]!.GetValue<string>(), item["outcome"]!.GetValue<string>(), item["cost"]?.GetValue<string>(),
                units.GetValueOrDefault("input"), units.GetValueOrDefault("output"));
        }
    }
}
