using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AigneHub.Bench.Roles;

/// <summary>
/// A vendor's chat API that answers at once: a JSON document of 365 bytes, or a stream of chunks with the usage chunk when
/// it was asked for. With a pause between the chunks each is sent by itself; without one all of them are there at once, so
/// that what is measured is not how the sender and its readers share the processors. On raw sockets, so that it costs little.
/// </summary>
internal sealed class MockUpstream
{
    public const string Role = "mock";
    public const int JsonBytes = 365;

    private static readonly byte[] Json = JsonAnswer();
    private static readonly byte[] StreamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nx-request-id: req_mock\r\n\r\n"u8.ToArray();
    private static readonly byte[] End = "0\r\n\r\n"u8.ToArray();

    private readonly byte[][] _chunks;
    private readonly byte[] _whole;
    private readonly byte[] _wholeWithUsage;
    private readonly TimeSpan _gap;

    private MockUpstream(int chunks, TimeSpan gap)
    {
        _gap = gap;
        _chunks = [.. Enumerable.Range(0, chunks).Select(i => Chunk(Delta(i, last: i == chunks - 1)))];
        _whole = [.. StreamHead, .. _chunks.SelectMany(c => c), .. Done, .. End];
        _wholeWithUsage = [.. StreamHead, .. _chunks.SelectMany(c => c), .. Usage, .. Done, .. End];
    }

    private static byte[] Usage { get; } = Chunk(
        """data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":20,"total_tokens":40}}""");

    private static byte[] Done { get; } = Chunk("data: [DONE]");

    /// <summary>Arguments: <c>--chunks</c>, <c>--gap</c> (milliseconds).</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var mock = new MockUpstream(arguments.Number("--chunks", 20), TimeSpan.FromMilliseconds(arguments.Number("--gap", 0)));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        Console.WriteLine($"mock listens on http://{listener.LocalEndPoint}");
        while (true)
        {
            var client = await listener.AcceptAsync();
            client.NoDelay = true;
            // Serves until the client closes; a failure is the client's to see.
            _ = mock.ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var owned = client;
        var buffer = new byte[64 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await client.ReceiveAsync(buffer.AsMemory(filled));
                if (read == 0)
                {
                    return;
                }

                filled += read;
                if (BodyOf(buffer.AsMemory(0, filled)) is { } body)
                {
                    filled = 0;
                    await AnswerAsync(client, body);
                }
            }
        }
        catch (SocketException)
        {
            // The client has gone.
        }
    }

    private async ValueTask AnswerAsync(Socket client, ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"stream\":true"u8) < 0)
        {
            await client.SendAsync(Json);
            return;
        }

        var withUsage = body.Span.IndexOf("\"include_usage\":true"u8) >= 0;
        if (_gap == TimeSpan.Zero)
        {
            await client.SendAsync(withUsage ? _wholeWithUsage : _whole);
            return;
        }

        await client.SendAsync(StreamHead);
        foreach (var chunk in _chunks)
        {
            await client.SendAsync(chunk);
            await Task.Delay(_gap);
        }

        if (withUsage)
        {
            await client.SendAsync(Usage);
        }

        await client.SendAsync(Done);
        await client.SendAsync(End);
    }

    /// <summary>Null while the request is not whole. Clients send one request at a time, with its length.</summary>
    private static ReadOnlyMemory<byte>? BodyOf(ReadOnlyMemory<byte> request)
    {
        var head = request.Span.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        var text = Encoding.ASCII.GetString(request.Span[..head]);
        var at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        var length = at < 0 ? 0 : int.Parse(text.AsSpan(at + 16).Trim().ToString().Split('\r')[0], CultureInfo.InvariantCulture);
        return request.Length < head + 4 + length ? null : request[(head + 4)..];
    }

    private static byte[] JsonAnswer()
    {
        const string Before = """{"id":"chatcmpl-mock","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":" """;
        const string After = """ ","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":20,"total_tokens":40}}""";
        var content = new string('x', JsonBytes - Before.Length - After.Length);
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {JsonBytes}\r\nx-request-id: req_mock\r\n\r\n{Before}{content}{After}");
    }

    private static string Delta(int index, bool last) =>
        $$$"""data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1,"model":"gpt-4o-2024-08-06","system_fingerprint":"fp_mock","choices":[{"index":0,"delta":{"content":" word{{{index}}}"},"logprobs":null,"finish_reason":{{{(last ? "\"stop\"" : "null")}}}}]}""";

    private static byte[] Chunk(string sseEvent) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sseEvent.Length + 2:x}\r\n{sseEvent}\n\n\r\n"));
}
