using System.Text;
using static AigneHub.Hub.Tests.Faults.Wire;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>Answers with a success status to calls that are not streamed.</summary>
internal static class JsonFaults
{
    private const string Group = "Answer of a call that is not streamed";
    private static readonly byte[] Gzipped = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0, 0x43, 0xbf, 0xa6, 0xa3, 2, 0, 0, 0];

    public static IEnumerable<FaultCase> All =>
    [
        Case("empty 200", Says(Whole(""))),
        Case("204 No Content", Says("HTTP/1.1 204 No Content\r\n\r\n")),
        Case("HTML with status 200", Says(Whole("<html>Sign in</html>", "text/html"))),
        Case("an event stream", Says(Whole(First + Done, "text/event-stream"))),
        Case("right answer as text/plain", Says(Whole(Answer, "text/plain"))),
        Case("gzip although identity was asked for", async c =>
        {
            await c.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {Gzipped.Length}\r\n\r\n");
            await c.WriteAsync(Gzipped);
        }),
        Case("empty object", Says(Whole("{}"))),
        Case("no choices", Says(Whole("""{"id":"x","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":0}}"""))),
        Case("list", Says(Whole($"[{Answer}]"))),
        Case("two documents", Says(Whole(Answer + Answer))),
        Case("JSON cut, length right", Says(Whole(Answer[..^20]))),
        Case("error with status 200", Says(Whole("""{"error":{"message":"Internal error in org-1","type":"server_error"}}"""))),
        Case("error 429 with status 200", Says(Whole("""{"error":{"message":"Slow down","code":429}}"""))),
        Case("error 400 with status 200", Says(Whole("""{"error":{"message":"Prompt is too long","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}"""))),
        Case("no usage", Says(Whole(Answer[..Answer.IndexOf(",\"usage\"", StringComparison.Ordinal)] + "}"))),
        Case("usage is null", Says(Whole(Answer[..Answer.IndexOf(",\"usage\"", StringComparison.Ordinal)] + ",\"usage\":null}"))),
        Case("usage is negative", Says(Whole(Answer.Replace("\"completion_tokens\":5", "\"completion_tokens\":-5", StringComparison.Ordinal)))),
        Case("closed before the first byte of the body", SaysAndCloses(Whole(Answer)[..^Answer.Length])),
        Case("reset before the first byte of the body", SaysAndResets(Whole(Answer)[..^Answer.Length])),
        Case("closed within the body", SaysAndCloses(Whole(Answer)[..^30])),
        Case("reset within the body", SaysAndResets(Whole(Answer)[..^30])),
        Case("closed within a chunk", SaysAndCloses($"{JsonChunkedHead}{Encoding.UTF8.GetByteCount(Answer):x}\r\n{Answer[..40]}")),
        Case("closed after the last byte, before the last chunk", SaysAndCloses($"{JsonChunkedHead}{Encoding.UTF8.GetByteCount(Answer):x}\r\n{Answer}\r\n")),
        Case("chunk size is nonsense", SaysAndCloses($"{JsonChunkedHead}zz\r\n{Answer}\r\n0\r\n\r\n")),
        Case("length shorter than the body", SaysAndCloses(Whole(Answer).Replace($"Content-Length: {Answer.Length}", "Content-Length: 40", StringComparison.Ordinal))),
        Case("length longer than the body", SaysAndCloses(Whole(Answer).Replace($"Content-Length: {Answer.Length}", "Content-Length: 4000", StringComparison.Ordinal))),
        Case("two different lengths", SaysAndCloses(Whole(Answer, headers: "Content-Length: 40\r\n"))),
        Case("ended by closing, HTTP/1.0", SaysAndCloses($"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{Answer}")),
        Case("ended by closing too early, HTTP/1.0", SaysAndCloses($"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{Answer[..^30]}")),
        Case("byte by byte", async c =>
        {
            foreach (var b in Encoding.UTF8.GetBytes(Whole(Answer)))
            {
                await c.WriteAsync(new[] { b });
            }
        }),
        Case("larger than the hub takes", Says(Whole(Answer.Replace("one two", new string('x', 2 << 20), StringComparison.Ordinal)))),
        Case("endless", async c =>
        {
            await c.WriteAsync(JsonChunkedHead);
            await c.WriteForeverAsync($"400\r\n{new string(' ', 1024)}\r\n", TimeSpan.Zero);
        }),
        Case("silence within the body", SaysAndFallsSilent(Whole(Answer)[..^30])) with { Pace = Pace.AgainstSilence },
        Case("endless trickle", async c =>
        {
            await c.WriteAsync(JsonChunkedHead);
            await c.WriteForeverAsync("1\r\n \r\n", TimeSpan.FromMilliseconds(100));
        }) with { Pace = Pace.AgainstEndlessness },
    ];

    private static FaultCase Case(string fault, Script script) => new(Group, fault, CallKind.Json, script);
}
