using AigneHub.Hub.Tests.Support;
using static AigneHub.Hub.Tests.Faults.Wire;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>A client that goes away takes the vendor's connection with it: nobody generates for nobody.</summary>
[Collection(HubCollections.Faults)]
public sealed class ClientLeavesTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Client_LeavesAtAnyPoint_UpstreamIsClosedAndTheDeliveredIsCharged()
    {
        await using var bench = await FaultBench.StartAsync(azurite);
        var silent = SaysAndFallsSilent("");

        await Task.WhenAll(
            bench.LeaveAsync("left-json-before-headers", CallKind.Json, afterFirstByte: false, silent),
            bench.LeaveAsync("left-json-in-body", CallKind.Json, afterFirstByte: false, SaysAndFallsSilent(Whole(Answer)[..^30])),
            bench.LeaveAsync("left-stream-before-headers", CallKind.Stream, afterFirstByte: false, silent),
            bench.LeaveAsync("left-stream-before-first-event", CallKind.Stream, afterFirstByte: false, SaysAndFallsSilent(StreamHead)),
            bench.LeaveAsync("left-stream-silent", CallKind.Stream, afterFirstByte: true, StreamsThen([First], c => c.WaitForHubAsync())),
            bench.LeaveAsync("left-stream-busy", CallKind.Stream, afterFirstByte: true, async c =>
            {
                await c.WriteAsync(StreamHead);
                await c.WriteForeverAsync($"{First.Length:x}\r\n{First}\r\n", TimeSpan.FromMilliseconds(5));
            }));

        Assert.Empty(bench.Troubles);
        await AssertLineAsync(bench, "left-json-before-headers", charged: true);
        await AssertLineAsync(bench, "left-json-in-body", charged: true);
        await AssertLineAsync(bench, "left-stream-before-headers", charged: false);
        await AssertLineAsync(bench, "left-stream-before-first-event", charged: true);
        await AssertLineAsync(bench, "left-stream-silent", charged: true);
        await AssertLineAsync(bench, "left-stream-busy", charged: true);
    }

    private static async Task AssertLineAsync(FaultBench bench, string name, bool charged)
    {
        var line = await bench.LineOfModelAsync($"openai/{name}");
        Assert.Equal("cancelled", line["outcome"]!.GetValue<string>());
        Assert.Equal(charged, line["lines"]!.AsArray().Count > 0);
        Assert.Equal(charged, line["estimated"]!.GetValue<bool>());
    }
}
