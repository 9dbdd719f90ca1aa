using System.Text;
using AigneHub.Hub.Tests.Support;
using static AigneHub.Hub.Tests.Faults.Wire;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>Streams that begin with a success status.</summary>
internal static class StreamFaults
{
    private const string Start = "Stream, before its first event";
    private const string Middle = "Stream, after its first event";
    private const string Finished = "Stream, after the finish reason";
    private const string Ended = "Stream, after [DONE]";
    private const string CloseDelimited = "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    private const string MidwayError = """{"error":{"message":"Rate limit of org-1 reached","type":"tokens","code":"rate_limit_exceeded"}}""";

    public static IEnumerable<FaultCase> All => [.. AtStart(), .. InTheMiddle(), .. AfterFinish(), .. AfterDone()];

    private static IEnumerable<FaultCase> AtStart() =>
    [
        Case(Start, "empty 200", Streams()),
        Case(Start, "empty 200, length 0", Says(Whole("", "text/event-stream"))),
        Case(Start, "closed", StreamsThen([], CloseAsync)),
        Case(Start, "reset", StreamsThen([], ResetAsync)),
        Case(Start, "comments only", Streams(": PROCESSING\n\n", ": PROCESSING\n\n")),
        Case(Start, "[DONE] only", Streams(Done)),
        Case(Start, "usage and [DONE] only", Streams(Usage, Done)),
        Case(Start, "HTML", Says(Whole("<html>Sign in</html>", "text/html"))),
        Case(Start, "HTML as text/event-stream", Says(Whole("<html>\n\n<body>Sign in</body>\n\n</html>", "text/event-stream"))),
        Case(Start, "JSON answer", Says(Whole(Answer))),
        Case(Start, "JSON error with status 200", Says(Whole("""{"error":{"message":"no","type":"server_error"}}"""))),
        Case(Start, "JSON error 429 with status 200", Says(Whole("""{"error":{"message":"Slow down","code":429}}"""))),
        Case(Start, "no content type", SaysAndCloses($"HTTP/1.1 200 OK\r\n\r\n{First}{Finish}{Done}")),
        Case(Start, "content type in capitals, with charset", async c =>
        {
            await c.WriteAsync(StreamHead.Replace("text/event-stream", "Text/Event-Stream; Charset=UTF-8", StringComparison.Ordinal));
            await c.WriteChunkAsync(First + Finish + Usage + Done);
            await c.WriteAsync(LastChunk);
        }),
        Case(Start, "gzip although identity was asked for", SaysAndCloses("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\nxxxx")),
        Case(Start, "first event is an error", Streams(Event("""{"error":{"message":"The server had an error in org-1","type":"server_error"}}"""))),
        Case(Start, "first event is an error by its name", Streams("event: error\ndata: {\"message\":\"Overloaded\",\"type\":\"overloaded_error\"}\n\n")),
        Case(Start, "first event is an error without JSON", Streams("event: error\ndata: upstream went away\n\n")),
        Case(Start, "first event is error 429", Streams(Event("""{"error":{"message":"Rate limit of org-1 reached","code":429}}"""))),
        Case(Start, "first event is error 400", Streams(Event("""{"error":{"message":"Prompt is too long","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}"""))),
        Case(Start, "comments, then an error", Streams(": PROCESSING\n\n", Event("""{"error":{"message":"no","code":502}}"""))),
        Case(Start, "first event is not JSON", Streams("data: hello\n\n", Done)),
        Case(Start, "first event is cut JSON", Streams("data: {\"choices\":[{\"delta\":{\"content\":\"on\n\n", Done)),
        Case(Start, "lines that are no SSE", Streams("one\n\ntwo\n\n")),
        Case(Start, "line larger than the hub takes", Streams($"data: {new string('x', 100_000)}\n\n")),
        Case(Start, "endless line", StreamsThen(["data: "], c => c.WriteForeverAsync($"400\r\n{new string('x', 1024)}\r\n", TimeSpan.Zero))),
        Case(Start, "chunk size is nonsense", SaysAndCloses($"{StreamHead}zz\r\n{First}")),
        Case(Start, "silence", StreamsThen([], c => c.WaitForHubAsync())) with { Pace = Pace.AgainstSilence },
        Case(Start, "comments for a while, then the answer", async c =>
        {
            await c.WriteAsync(StreamHead);
            await c.WriteUntilAsync("5\r\n: a\n\n\r\n", c.HeardAsync(": keep-alive"));
            await c.WriteChunkAsync(First + Finish + Usage + Done);
            await c.WriteAsync(LastChunk);
        }) with { Pace = Pace.AgainstSilence },
        Case(Start, "endless comments", StreamsThen([], c => c.WriteForeverAsync("5\r\n: a\n\n\r\n", TimeSpan.FromMilliseconds(100)))) with { Pace = Pace.AgainstEndlessness },
    ];

    private static IEnumerable<FaultCase> InTheMiddle() =>
    [
        Case(Middle, "closed", StreamsThen([First], CloseAsync)),
        Case(Middle, "reset", StreamsThen([First], ResetAsync)),
        Case(Middle, "ended without finish reason and [DONE]", Streams(First)),
        Case(Middle, "[DONE] without finish reason", Streams(First, Done)),
        Case(Middle, "closed within an event", StreamsThen([First, Finish[..^40]], CloseAsync)),
        Case(Middle, "closed within an event, ended by closing", SaysAndCloses(CloseDelimited + First + Finish[..^40])),
        Case(Middle, "closed within a UTF-8 sequence, ended by closing", async c =>
        {
            await c.WriteAsync(CloseDelimited + First);
            await c.WriteAsync(Encoding.UTF8.GetBytes(Event(FakeUpstream.Chunk("…")).Replace("\\u2026", "…", StringComparison.Ordinal)).AsMemory(..^50));
            c.Close();
        }),
        Case(Middle, "closed within a chunk's size", StreamsThen([First], async c => { await c.WriteAsync("1"); c.Close(); })),
        Case(Middle, "chunk size is nonsense", StreamsThen([First], async c => { await c.WriteAsync("zz\r\nxx\r\n"); c.Close(); })),
        Case(Middle, "closed after the usage in every chunk", StreamsThen([Event(FakeUpstream.Chunk("one two")[..^1] + ""","usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}""")], CloseAsync)),
        Case(Middle, "error event", Streams(First, Event(MidwayError), Done)),
        Case(Middle, "error event by its name", Streams(First, "event: error\ndata: {\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}\n\n")),
        Case(Middle, "error event with status 400", Streams(First, Event("""{"error":{"message":"Output blocked by content filtering","code":400}}"""))),
        Case(Middle, "error beside choices", Streams(First, Event("""{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"Provider disconnected"}}"""))),
        Case(Middle, "event is not JSON", Streams(First, "data: oops\n\n", Finish, Done)),
        Case(Middle, "event is cut JSON", Streams(First, "data: {\"choices\":[{\"delta\":{\"content\":\"th\n\n", Finish, Done)),
        Case(Middle, "HTML", Streams(First, "<html>502 Bad Gateway</html>\n\n", Finish, Done)),
        Case(Middle, "event without data", Streams(First, "event: ping\n\n", "data:\n\n", "id: 7\n\n", Finish, Usage, Done)),
        Case(Middle, "line larger than the hub takes", Streams(First, $"data: {new string('x', 100_000)}\n\n", Finish, Done)),
        Case(Middle, "endless line", StreamsThen([First, "data: "], c => c.WriteForeverAsync($"400\r\n{new string('x', 1024)}\r\n", TimeSpan.Zero))),
        Case(Middle, "byte by byte", async c =>
        {
            await c.WriteAsync(StreamHead);
            foreach (var letter in First + Finish + Usage + Done)
            {
                await c.WriteChunkAsync(letter.ToString());
            }

            await c.WriteAsync(LastChunk);
        }),
        Case(Middle, "lines end with CR LF", Streams((First + Finish + Usage + Done).Replace("\n", "\r\n", StringComparison.Ordinal))),
        Case(Middle, "byte-order mark at the start", Streams("\uFEFF" + First, Finish, Usage, Done)),
        Case(Middle, "silence", StreamsThen([First], c => c.WaitForHubAsync())) with { Pace = Pace.AgainstSilence },
        Case(Middle, "endless stream", StreamsThen([First], c => c.WriteForeverAsync($"{First.Length:x}\r\n{First}\r\n", TimeSpan.FromMilliseconds(100)))) with { Pace = Pace.AgainstEndlessness },
        Case(Middle, "endless stream at full speed", StreamsThen([], c => c.WriteForeverAsync(string.Concat(Enumerable.Repeat($"{First.Length:x}\r\n{First}\r\n", 50)), TimeSpan.FromMilliseconds(1)))) with { Pace = Pace.AgainstEndlessness },
    ];

    private static IEnumerable<FaultCase> AfterFinish() =>
    [
        Case(Finished, "ended without [DONE]", Streams(First, Finish, Usage)),
        Case(Finished, "ended without usage and [DONE]", Streams(First, Finish)),
        Case(Finished, "no usage", Streams(First, Finish, Done)),
        Case(Finished, "closed", StreamsThen([First, Finish], CloseAsync)),
        Case(Finished, "reset", StreamsThen([First, Finish], ResetAsync)),
        Case(Finished, "closed after the usage", StreamsThen([First, Finish, Usage], CloseAsync)),
        Case(Finished, "closed, two answers were asked for", StreamsThen([First, Finish], CloseAsync)) with { Members = ""","n":2""" },
        Case(Finished, "closed within [DONE]", StreamsThen([First, Finish, Usage, "data: [DO"], CloseAsync)),
        Case(Finished, "[DONE] lacks its blank line", Streams(First, Finish, Usage, "data: [DONE]")),
        Case(Finished, "last event lacks its blank line, ended by closing", SaysAndCloses(CloseDelimited + First + Finish.TrimEnd())),
        Case(Finished, "error event", Streams(First, Finish, Event(MidwayError))),
        Case(Finished, "silence", StreamsThen([First, Finish], c => c.WaitForHubAsync())) with { Pace = Pace.AgainstSilence },
    ];

    private static IEnumerable<FaultCase> AfterDone() =>
    [
        Case(Ended, "nothing is wrong", Streams(First, Finish, Usage, Done)),
        Case(Ended, "usage was asked for", Streams(First, Finish, Usage, Done)) with { Members = ""","stream_options":{"include_usage":true}""" },
        Case(Ended, "closed before the last chunk", StreamsThen([First, Finish, Usage, Done], CloseAsync)),
        Case(Ended, "reset before the last chunk", StreamsThen([First, Finish, Usage, Done], ResetAsync)),
        Case(Ended, "more events", Streams(First, Finish, Usage, Done + First, First)),
        Case(Ended, "chunk size is nonsense", StreamsThen([First, Finish, Usage, Done], async c => { await c.WriteAsync("zz\r\nxx"); c.Close(); })),
        Case(Ended, "connection stays open", StreamsThen([First, Finish, Usage, Done], c => c.WaitForHubAsync())),
        Case(Ended, "ended by closing, HTTP/1.0", SaysAndCloses(CloseDelimited + First + Finish + Usage + Done)),
    ];

    private static FaultCase Case(string group, string fault, Script script) => new(group, fault, CallKind.Stream, script);
}
