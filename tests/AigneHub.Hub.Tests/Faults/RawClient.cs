using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>
/// A client that keeps the bytes of an answer as they came and tells a whole one from one that was cut, which HTTP
/// libraries hide in exceptions.
/// </summary>
internal static class RawClient
{
    /// <param name="heard">Gets what has come.</param>
    public static async Task<RawAnswer> ChatAsync(Uri hub, string key, string body, Action<ReadOnlyMemory<byte>> heard, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(hub.Host, hub.Port, cancellationToken);
        await using var stream = socket.GetStream();
        var payload = Encoding.UTF8.GetBytes(body);
        var head = $"POST /v1/chat/completions HTTP/1.1\r\nHost: {hub.Authority}\r\nAuthorization: Bearer {key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {payload.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. payload], cancellationToken);
        using var received = new MemoryStream();
        try
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                received.Write(buffer, 0, read);
                heard(buffer.AsMemory(0, read));
            }
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            // Reset: what came before it counts.
        }

        return Parse(received.ToArray());
    }

    private static RawAnswer Parse(byte[] bytes)
    {
        var headEnd = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return new RawAnswer(0, new Dictionary<string, string>(), [], Whole: false);
        }

        var lines = Encoding.ASCII.GetString(bytes, 0, headEnd).Split("\r\n");
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2))
            .ToDictionary(l => l[0], l => l[1], StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var rest = bytes.AsSpan(headEnd + 4);
        if (headers.TryGetValue("Content-Length", out var length))
        {
            return new RawAnswer(status, headers, rest.ToArray(), rest.Length == int.Parse(length, CultureInfo.InvariantCulture));
        }

        Assert.Equal("chunked", headers["Transfer-Encoding"]);
        var body = new List<byte>();
        while (true)
        {
            var lineEnd = rest.IndexOf("\r\n"u8);
            if (lineEnd < 0)
            {
                return new RawAnswer(status, headers, [.. body], Whole: false);
            }

            var size = int.Parse(Encoding.ASCII.GetString(rest[..lineEnd]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            rest = rest[(lineEnd + 2)..];
            if (size == 0)
            {
                return new RawAnswer(status, headers, [.. body], rest.SequenceEqual("\r\n"u8));
            }

            var take = Math.Min(size, rest.Length);
            body.AddRange(rest[..take]);
            rest = rest[Math.Min(size + 2, rest.Length)..];
        }
    }
}

/// <param name="Whole">It ended as HTTP says; false: the connection ended before.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool Whole)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string RequestId => Headers["x-request-id"];

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
