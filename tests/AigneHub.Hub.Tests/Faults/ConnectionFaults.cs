using static AigneHub.Hub.Tests.Faults.Wire;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>No answer comes, or nothing that is HTTP.</summary>
internal static class ConnectionFaults
{
    private const string Connect = "No connection";
    private const string Headers = "Before the headers";

    /// <param name="noBacklog">Why a time-out of connecting can't be had here; null when it can.</param>
    public static IEnumerable<FaultCase> Of(CallKind call, string? noBacklog) =>
    [
        new(Connect, "port closed", call) { Provider = "groq" },
        new(Connect, "host name has no address", call) { Provider = "deepseek" },
        new(Connect, "TLS: the other side speaks plain text", call) { Provider = "xai" },
        new(Connect, "TLS: untrusted certificate", call) { Provider = "mistral" },
        new(Connect, "TLS: closed in the handshake", call) { Provider = "cohere" },
        new(Connect, "connecting takes too long", call) { Provider = "together", Pace = Pace.AgainstSilence, NotRun = noBacklog },
        new(Headers, "closed", call, CloseAsync),
        new(Headers, "reset", call, ResetAsync),
        new(Headers, "closed, request left unread", call, CloseAsync) { ReadsBody = false, Padding = 4_000_000 },
        new(Headers, "reset, request left unread", call, ResetAsync) { ReadsBody = false, Padding = 4_000_000 },
        new(Headers, "closed within the status line", call, SaysAndCloses("HTTP/1.1 20")),
        new(Headers, "closed within the headers", call, SaysAndCloses("HTTP/1.1 200 OK\r\nContent-Type: text/ev")),
        new(Headers, "not HTTP", call, SaysAndCloses("SSH-2.0-OpenSSH_9.9\r\n")),
        new(Headers, "headers larger than 64 KiB", call, SaysAndCloses($"HTTP/1.1 200 OK\r\nX-Large: {new string('x', 70_000)}\r\n\r\n")),
        new(Headers, "header without a colon", call, SaysAndCloses("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n")),
        new(Headers, "101 Switching Protocols", call, SaysAndCloses("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")),
        new(Headers, "silence", call, SaysAndFallsSilent("")) { Pace = Pace.AgainstSilence },
        new(Headers, "100 Continue, then silence", call, SaysAndFallsSilent("HTTP/1.1 100 Continue\r\n\r\n")) { Pace = Pace.AgainstSilence },
        new(Headers, "endless trickle of headers", call, async c =>
        {
            await c.WriteAsync("HTTP/1.1 200 OK\r\n");
            await c.WriteForeverAsync("X-A: b\r\n", TimeSpan.FromMilliseconds(100));
        }) { Pace = Pace.AgainstSilence },
        new(Headers, "100 Continue and 103 Early Hints, then the answer", call, async c =>
        {
            await c.WriteAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            await AnswerTo(call)(c);
        }),
        new(Headers, "whole answer before the request was read", call, async c =>
        {
            await AnswerTo(call, "Connection: close\r\n")(c);
            await c.WaitForHubAsync();
        }) { ReadsBody = false, Padding = 4_000_000 },
        new(Headers, "413 before the request was read", call, SaysAndFallsSilent(
            Whole("""{"error":{"message":"Request too large","type":"invalid_request_error","param":null,"code":null}}""", status: "413 Content Too Large", headers: "Connection: close\r\n")))
            { ReadsBody = false, Padding = 4_000_000 },
        .. Redirects(call),
    ];

    /// <param name="headers">Further ones.</param>
    public static Script AnswerTo(CallKind call, string headers = "") => call == CallKind.Json
        ? Says(Whole(Answer, headers: headers))
        : async c =>
        {
            await c.WriteAsync(StreamHead[..^2] + headers + "\r\n");
            await c.WriteChunkAsync(First + Finish + Usage + Done);
            await c.WriteAsync(LastChunk);
        };

    private static IEnumerable<FaultCase> Redirects(CallKind call) =>
        from status in new[] { "301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect" }
        select new FaultCase(Headers, $"redirect {status[..3]}", call, Says(Whole("", status: status, headers: $"Location: {Elsewhere}\r\n")));
}
