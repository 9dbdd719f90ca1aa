using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>The bytes of HTTP answers, and the steps that scripts are made of.</summary>
internal static class Wire
{
    public const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    public const string JsonChunkedHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// <summary>Becomes the address of a server that nobody may call.</summary>
    public const string Elsewhere = "{elsewhere}";
    public const string LastChunk = "0\r\n\r\n";

    /// <summary>7 prompt tokens and 5 of the answer.</summary>
    public static readonly string Answer = FakeUpstream.Answer("one two three", 7, 5);
    public static readonly string First = Event(FakeUpstream.Chunk("one two"));
    public static readonly string Finish = Event(FakeUpstream.Chunk(" three", "stop"));
    public static readonly string Usage = Event(FakeUpstream.UsageChunk(7, 5));
    public static readonly string Done = Event("[DONE]");

    public static string Event(string data) => $"data: {data}\n\n";

    public static string Whole(string body, string type = "application/json", string status = "200 OK", string headers = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{headers}Content-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>Writes these bytes and leaves the connection open for the next request.</summary>
    public static Script Says(string bytes) => c => c.WriteAsync(bytes);

    public static Script SaysAndCloses(string bytes) => async c =>
    {
        await c.WriteAsync(bytes);
        c.Close();
    };

    public static Script SaysAndResets(string bytes) => async c =>
    {
        await c.WriteAsync(bytes);
        // The bytes get to the hub first.
        await Task.Delay(100, c.Stop);
        c.Reset();
    };

    public static Script SaysAndFallsSilent(string bytes) => async c =>
    {
        await c.WriteAsync(bytes);
        await c.WaitForHubAsync();
    };

    /// <summary>A stream of these events, each in a chunk of its own, ended properly.</summary>
    public static Script Streams(params string[] events) => async c =>
    {
        await c.WriteAsync(StreamHead);
        foreach (var text in events)
        {
            await c.WriteChunkAsync(text);
        }

        await c.WriteAsync(LastChunk);
    };

    /// <summary>The beginning of a stream, each event in a chunk of its own, and, when the client has it, something else.</summary>
    public static Script StreamsThen(string[] events, Func<UpstreamConnection, Task> then) => async c =>
    {
        await c.WriteAsync(StreamHead);
        foreach (var text in events)
        {
            await c.WriteChunkAsync(text);
        }

        if (events.LastOrDefault(e => e == First || e == Finish || e == Done) is { } heard)
        {
            await c.HeardAsync(heard);
        }

        await then(c);
    };

    public static Task CloseAsync(UpstreamConnection connection)
    {
        connection.Close();
        return Task.CompletedTask;
    }

    public static async Task ResetAsync(UpstreamConnection connection)
    {
        await Task.Delay(100, connection.Stop);
        connection.Reset();
    }
}
