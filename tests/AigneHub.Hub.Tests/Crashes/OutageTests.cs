using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using Xunit.Abstractions;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>Storage goes away and comes back while calls go on; no hub is restarted.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Callers = 20;
    private const int LongCalls = 5;
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromSeconds(10);
    private readonly ConcurrentQueue<CallRecord> _calls = new();
    private volatile bool _over;

    public enum Outage
    {
        /// <summary>Stopped; connections are refused.</summary>
        Stopped,

        /// <summary>It hangs; connections are taken and nothing is answered.</summary>
        Hangs,
    }

    [Theory]
    [InlineData(Outage.Stopped)]
    [InlineData(Outage.Hangs)]
    public async Task StorageAway_KnownKeysGoOnThenCallsAreRefusedAndNothingIsLost(Outage outage)
    {
        await using var deployment = new Deployment();
        await deployment.Azurite.StartAsync();
        var gateway = await deployment.StartGatewayAsync();
        await deployment.StartSettlerAsync();
        using var client = new CallClient(gateway);
        var callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(i => CallAsync(client, new Random(i))));
        await Until.TrueAsync(() => Task.FromResult(_calls.Count(c => c.Finished) > 2 * Callers), "calls are made");
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(gateway));
        await LookKeyUpAgainAsync(gateway);
        // Their keys are known and their streams run when storage goes, for longer than the key is remembered.
        var longCalls = Enumerable.Range(0, LongCalls).Select(_ => client.CallAsync(new CallShape(true, true, 100, 100))).ToArray();

        await GoAsync(deployment.Azurite, outage);
        var gone = Stopwatch.GetTimestamp();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(gateway));
        await Until.TrueAsync(() => Task.FromResult(_calls.Count(c => c.Status == 503) >= Callers), "calls are refused");
        await AssertManagementIsRefusedAsync(gateway);
        Assert.All(await Task.WhenAll(longCalls), c => Assert.True(c.Finished, c.Broken?.ToString()));

        var back = Stopwatch.GetTimestamp();
        await ComeBackAsync(deployment.Azurite, outage);
        await Until.TrueAsync(async () => await ReadyAsync(gateway) == HttpStatusCode.OK, "the gateway is ready again");
        await Until.TrueAsync(() => Task.FromResult(_calls.Any(c => c.Finished && c.StartedAt > back)), "calls are made again");
        _over = true;
        await callers;

        Assert.Equal(0, await gateway.TerminateAsync());
        await deployment.DrainedAsync();
        var book = await Book.ReadAsync(await deployment.StartGatewayAsync());
        CallRecord[] all = [.. _calls, .. longCalls.Select(c => c.Result)];
        Report(outage, all, gone, back, book);
        Assert.Contains(all, c => c.Finished && c.StartedAt > gone && c.StartedAt < back);
        Assert.All(all.Where(c => !c.Finished), AssertRefused);
        Assert.Equal(all.Count(c => c.Finished), book.Count);
        Assert.All(all.Where(c => c.Finished), book.AssertLineOf);
    }

    [Fact]
    public async Task HubsStartedWithoutStorage_WorkWhenItComes()
    {
        await using var deployment = new Deployment();
        var waiting = new ConcurrentQueue<string>();
        void Note(string line)
        {
            if (line.Contains("the start is repeated", StringComparison.Ordinal))
            {
                waiting.Enqueue(line);
            }
        }

        var starts = (deployment.StartGatewayAsync(Note), deployment.StartSettlerAsync(Note));
        await Until.TrueAsync(() => Task.FromResult(waiting.Count >= 2), "both wait for storage");
        Assert.False(starts.Item1.IsCompleted || starts.Item2.IsCompleted);

        await deployment.Azurite.StartAsync();
        var gateway = await starts.Item1;
        await starts.Item2;
        using var client = new CallClient(gateway);
        var call = await client.CallAsync(new CallShape(true, true, 5, 0));
        Assert.True(call.Finished);
        Assert.Equal(0, await gateway.TerminateAsync());
        await deployment.DrainedAsync();
        (await Book.ReadAsync(await deployment.StartGatewayAsync())).AssertLineOf(call);
    }

    private static async Task GoAsync(OwnAzurite azurite, Outage outage)
    {
        if (outage == Outage.Stopped)
        {
            await azurite.StopAsync();
        }
        else
        {
            azurite.Suspend();
        }
    }

    private static async Task ComeBackAsync(OwnAzurite azurite, Outage outage)
    {
        if (outage == Outage.Stopped)
        {
            await azurite.StartAsync();
        }
        else
        {
            azurite.Resume();
        }
    }

    private static void AssertRefused(CallRecord call)
    {
        Assert.True(call.Broken is null, call.Broken?.ToString());
        Assert.Equal(("key_store_unavailable", 503, true), (call.ErrorCode, call.Status, call.HasRetryAfter));
        Assert.True(call.Took < RefusedWithin, $"A refusal took {call.Took}.");
    }

    private static async Task AssertManagementIsRefusedAsync(HubProcess gateway)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await gateway.Client.GetAsync(new Uri("/api/me/usage", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("key_store_unavailable", (await answer.Content.ReadFromJsonAsync<JsonNode>())!["code"]!.GetValue<string>());
        Assert.True(Stopwatch.GetElapsedTime(started) < RefusedWithin);
    }

    /// <summary>From now on the administrator's key is known for the full time of the cache.</summary>
    private static async Task LookKeyUpAgainAsync(HubProcess gateway)
    {
        // A change to the keys makes the instance forget all of them.
        using var made = await gateway.Client.PostAsJsonAsync("/api/admin/keys", new { name = "another" });
        made.EnsureSuccessStatusCode();
        using var models = await gateway.Client.GetAsync(new Uri("/v1/models", UriKind.Relative));
        models.EnsureSuccessStatusCode();
    }

    private static async Task<HttpStatusCode> ReadyAsync(HubProcess gateway)
    {
        using var answer = await gateway.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return answer.StatusCode;
    }

    private async Task CallAsync(CallClient client, Random random)
    {
        while (!_over)
        {
            _calls.Enqueue(await client.CallAsync(CallShape.Next(random)));
        }
    }

    private void Report(Outage outage, CallRecord[] all, long gone, long back, Book book)
    {
        var refused = all.Where(c => c.Status == 503).ToArray();
        output.WriteLine(
            $"{outage} for {Stopwatch.GetElapsedTime(gone, back).TotalSeconds:F0} s: {all.Count(c => c.Finished)} calls finished, of them "
            + $"{all.Count(c => c.FinishedAt > gone && c.FinishedAt < back)} while storage was away; {book.Count} lines; "
            + $"{refused.Length} refused, the slowest after {refused.Max(c => c.Took).TotalSeconds:F1} s");
    }
}
