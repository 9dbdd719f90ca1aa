using System.Diagnostics;
using Xunit.Abstractions;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>A gateway that is asked to end, as every platform does before it kills.</summary>
[Collection(CrashCollection.Name)]
public sealed class StopTests(ITestOutputHelper output)
{
    private const int Calls = 200;

    // Long enough that all of them run when the last one begins.
    private const int Tokens = 80;
    private const int TokenMilliseconds = 100;

    [Fact]
    public async Task GatewayToldToEnd_RunningCallsComeToTheirEndAndAllAreCharged()
    {
        await using var deployment = new Deployment();
        await deployment.Azurite.StartAsync();
        var gateway = await deployment.StartGatewayAsync();
        await deployment.StartSettlerAsync();
        using var client = new CallClient(gateway);
        using var admitted = new CountdownEvent(Calls);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, Calls).Select(i => client.CallAsync(
            new CallShape(Stream: i % 2 == 0, IncludeUsage: i % 4 == 0, Tokens, TokenMilliseconds),
            () => _ = admitted.Signal() && all.TrySetResult())).ToArray();
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var asked = Stopwatch.GetTimestamp();
        Assert.Equal(0, await gateway.TerminateAsync());
        output.WriteLine($"The gateway ended {Stopwatch.GetElapsedTime(asked).TotalSeconds:F1} s after it was asked.");

        var records = await Task.WhenAll(calls);
        var running = records.Count(c => c.EndedAt > asked);
        output.WriteLine($"{running} of {Calls} calls were running.");
        Assert.True(running > Calls / 2, $"Only {running} calls were running.");
        Assert.All(records, c => Assert.True(c.Finished, $"Status {c.Status} {c.ErrorCode}: {c.Broken}"));
        await deployment.DrainedAsync();
        var book = await Book.ReadAsync(await deployment.StartGatewayAsync());
        Assert.Equal(Calls, book.Count);
        Assert.All(records, book.AssertLineOf);
    }
}
