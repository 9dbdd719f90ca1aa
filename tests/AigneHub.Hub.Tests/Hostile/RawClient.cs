using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>A client that sends what it likes.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly Socket _socket;
    private readonly List<byte> _received = [];

    private RawClient(Socket socket) => _socket = socket;

    public static RawClient Connect(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        return new RawClient(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent)).AsTask().WaitAsync(Longest);
        }
    }

    /// <summary>False when the hub has closed the connection meanwhile.</summary>
    public async Task<bool> TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends with a reset instead of an orderly close.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>The next answer; null when the connection ended without one. Interim answers (1xx) are answers, too.</summary>
    public async Task<RawAnswer?> ReadAsync(bool withoutBody = false)
    {
        int end;
        while ((end = Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            if (!await ReceiveAsync())
            {
                Assert.True(_received.Count == 0, $"Half an answer: {Text}");
                return null;
            }
        }

        var head = Text[..end].Split("\r\n");
        _received.RemoveRange(0, end + 4);
        var status = int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = head[1..].Select(line => line.Split(": ", 2))
            .ToDictionary(line => line[0], line => line[1], StringComparer.OrdinalIgnoreCase);
        var body = status < 200 || withoutBody ? "" : await ReadBodyAsync(headers);
        return new RawAnswer(status, headers, body);
    }

    public async Task ReceiveAtLeastAsync(int bytes)
    {
        while (_received.Count < bytes && await ReceiveAsync())
        {
        }
    }

    /// <summary>Whether the hub ended the connection, without another byte.</summary>
    public async Task<bool> IsEndedAsync() => !await ReceiveAsync() && _received.Count == 0;

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private string Text => Encoding.Latin1.GetString([.. _received]);

    private async Task<string> ReadBodyAsync(Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length))
        {
            return Encoding.UTF8.GetString(await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture)));
        }

        if (!headers.ContainsKey("Transfer-Encoding"))
        {
            return "";
        }

        var body = new List<byte>();
        while (true)
        {
            int line;
            while ((line = Text.IndexOf("\r\n", StringComparison.Ordinal)) < 0)
            {
                Assert.True(await ReceiveAsync(), "the connection ended within a chunk's size");
            }

            var size = int.Parse(Text[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _received.RemoveRange(0, line + 2);
            body.AddRange((await TakeAsync(size + 2))[..size]);
            if (size == 0)
            {
                return Encoding.UTF8.GetString([.. body]);
            }
        }
    }

    private async Task<byte[]> TakeAsync(int bytes)
    {
        while (_received.Count < bytes)
        {
            Assert.True(await ReceiveAsync(), "the connection ended within a body");
        }

        byte[] taken = [.. _received[..bytes]];
        _received.RemoveRange(0, bytes);
        return taken;
    }

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[4096];
        try
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Longest);
            _received.AddRange(buffer[..read]);
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Fails unless it is an error of this status in the format of OpenAI's API.</summary>
    public void IsOpenAiError(int status, string code)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Body}");
        var error = JsonNode.Parse(Body)!["error"]!;
        Assert.Equal(code, error["code"]!.GetValue<string>());
        Assert.NotEmpty(error["message"]!.GetValue<string>());
        Assert.True(Headers.ContainsKey("x-request-id"));
    }

    /// <summary>Fails unless it is problem details of this status.</summary>
    public void IsProblem(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Body}");
        Assert.Equal("application/problem+json", Headers["Content-Type"]);
        Assert.Equal(status, JsonNode.Parse(Body)!["status"]!.GetValue<int>());
    }
}
