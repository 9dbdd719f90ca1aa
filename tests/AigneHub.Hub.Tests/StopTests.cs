using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>What a stop breaks off is told to its client, and charged.</summary>
[Collection(HubCollections.Calls)]
public sealed class StopTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task StopInMidStream_ClientIsToldAndTheDeliveredIsCharged()
    {
        await using var upstream = await FakeUpstream.StartAsync(async (context, _) =>
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("one two three"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var hub = await TestHub.StartAsync(
            azurite, upstream, new Dictionary<string, string?> { ["LocalRuntime:DrainSeconds"] = "1" });
        string id;
        var received = "";
        await using (hub)
        {
            using var response = await hub.ChatAsync(
                """{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
            id = response.Headers.GetValues("x-request-id").Single();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            received += await reader.ReadLineAsync();
            var stopped = hub.StopAsync();
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                while (await reader.ReadLineAsync() is { } line)
                {
                    received += line;
                }
            });
            await stopped;
        }

        Assert.Contains("deadline_exceeded", received, StringComparison.Ordinal);
        await using var another = await TestHub.StartAsync(azurite);
        var settled = await another.LedgerLineAsync(id);
        Assert.Equal("failed", settled["outcome"]!.GetValue<string>());
        Assert.Equal(3, settled["lines"]!.AsArray().Single(IsOutput)!["units"]!.GetValue<int>());
    }

    private static bool IsOutput(JsonNode? line) => line!["kind"]!.GetValue<string>() == "output";
}
