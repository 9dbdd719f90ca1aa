using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using static AigneHub.Hub.Tests.Faults.Wire;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>One small stream, cut and split at every byte.</summary>
[Collection(HubCollections.Faults)]
public sealed class CutStreamTests(AzuriteFixture azurite)
{
    private const int AtOnce = 8;

    private static readonly string[] Events =
    [
        Event("""{"choices":[{"index":0,"delta":{"content":"Grüße, "}}]}"""),
        Event("""{"choices":[{"index":0,"delta":{"content":"世界 👋"}}]}"""),
        Event("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""),
        Event("""{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}"""),
        Done,
    ];

    private static readonly byte[] Payload = Encoding.UTF8.GetBytes(string.Concat(Events));
    private const int FinishAt = 3;
    private const int UsageAt = 4;

    [Fact]
    public Task Cut_AtEveryByteOfAChunkedStream_GivesWholeEventsAndAnHonestEnd() => CutAsync(
        length => async c =>
        {
            await c.WriteAsync(StreamHead);
            await c.WriteAsync($"{Payload.Length:x}\r\n");
            await c.WriteAsync(Payload.AsMemory(0, length));
            c.Close();
        });

    [Fact]
    public Task Cut_AtEveryByteOfAStreamEndedByClosing_GivesWholeEventsAndAnHonestEnd() => CutAsync(
        length => async c =>
        {
            await c.WriteAsync("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            await c.WriteAsync(Payload.AsMemory(0, length));
            c.Close();
        });

    [Fact]
    public async Task Split_AtEveryByte_ChangesNothing()
    {
        await using var bench = await FaultBench.StartAsync(azurite);
        var expected = Expected(Events.Length);
        var wrong = new ConcurrentQueue<string>();
        await ForEachPositionAsync(async position =>
        {
            var answer = await bench.CallAsync(new FaultCase("split", $"{position}", CallKind.Stream, async c =>
            {
                await c.WriteAsync(StreamHead);
                await WritePieceAsync(c, Payload.AsMemory(0, position));
                await Task.Delay(2, c.Stop);
                await WritePieceAsync(c, Payload.AsMemory(position));
                await c.WriteAsync(LastChunk);
            }));
            if (answer.Text != expected || !answer.Whole)
            {
                wrong.Enqueue($"{position}: {answer.Text}");
            }
        });

        Assert.Empty(wrong);
        Assert.Empty(bench.Troubles);
    }

    private async Task CutAsync(Func<int, Script> script)
    {
        await using var bench = await FaultBench.StartAsync(azurite);
        var answers = new ConcurrentDictionary<int, RawAnswer>();
        await ForEachPositionAsync(async length =>
            answers[length] = await bench.CallAsync(new FaultCase("cut", $"{length}", CallKind.Stream, script(length))));

        var lines = await bench.LedgerAsync([.. answers.Values.Select(a => a.RequestId)]);
        Assert.Empty(answers.OrderBy(a => a.Key).Select(a => Problem(a.Key, a.Value, lines[a.Value.RequestId])).OfType<string>());
        Assert.Empty(bench.Troubles);
    }

    /// <summary>What is wrong with the answer to a stream of which so many bytes came; null when nothing is.</summary>
    private static string? Problem(int length, RawAnswer answer, JsonNode line)
    {
        var whole = WholeEvents(length);
        var outcome = line["outcome"]!.GetValue<string>();
        var lines = line["lines"]!.AsArray();
        var estimated = line["estimated"]!.GetValue<bool>();
        var text = answer.Text.Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
        var right = whole switch
        {
            0 => answer is { Status: 502, Whole: true } && outcome == "failed" && lines.Count == 0,
            < FinishAt => !answer.Whole && text.StartsWith(Expected(whole), StringComparison.Ordinal)
                && FaultRow.EventsOf(answer) is var events && events.Count == whole + 1 && FaultRow.ErrorOf(events[^1]) is not null
                && outcome == "failed" && estimated && Units(lines, "output") > whole,
            _ => answer.Whole && text == Expected(whole) && outcome == "completed"
                && estimated == (whole < UsageAt) && (estimated || Units(lines, "output") == 5),
        };
        return right ? null : $"{length} bytes, {whole} events: {answer.Status}, whole: {answer.Whole}, {outcome}, {lines.ToJsonString()}: {answer.Text}";
    }

    /// <summary>An event that lacks only its blank line is whole.</summary>
    private static int WholeEvents(int length)
    {
        var count = 0;
        var end = 0;
        foreach (var text in Events)
        {
            end += Encoding.UTF8.GetByteCount(text);
            count += length >= end - 2 ? 1 : 0;
        }

        return count;
    }

    /// <summary>What the client gets of the first events; it has not asked for the usage.</summary>
    private static string Expected(int events) =>
        string.Concat(Events.Take(events).Where((_, i) => i != UsageAt - 1));

    private static long Units(JsonArray lines, string kind) =>
        lines.Single(l => l!["kind"]!.GetValue<string>() == kind)!["units"]!.GetValue<long>();

    private static async Task WritePieceAsync(UpstreamConnection connection, ReadOnlyMemory<byte> piece)
    {
        if (!piece.IsEmpty)
        {
            await connection.WriteAsync($"{piece.Length:x}\r\n");
            await connection.WriteAsync(piece);
            await connection.WriteAsync("\r\n");
        }
    }

    private static Task ForEachPositionAsync(Func<int, Task> body) => Parallel.ForEachAsync(
        Enumerable.Range(0, Payload.Length + 1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await body(i));
}
