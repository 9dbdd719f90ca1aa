using System.Net;
using System.Net.Sockets;
using System.Text;
using AigneHub.Core.Routing;

namespace AigneHub.Unit.Tests.Providers.Upstream;

/// <summary>A server that speaks raw bytes on a loopback socket: it can misbehave in every way a vendor can.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="answer">Gets the connection and the whole request; the connection closes when it returns.</param>
    /// <param name="readsRequest">False: the connection is handed over untouched, with no request.</param>
    public RawUpstream(Func<Socket, string, CancellationToken, Task> answer, bool readsRequest = true)
    {
        _listener.Start();
        _serving = ServeAsync(answer, readsRequest);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Request { get; private set; } = "";

    /// <summary>Answers every request with these bytes and closes.</summary>
    public static RawUpstream Answering(string response) =>
        new((socket, _, _) => socket.SendAsync(Encoding.Latin1.GetBytes(response)));

    public ProviderEntry Provider(string scheme = "http") =>
        TestProvider.Of("openai", new Uri($"{scheme}://127.0.0.1:{Port}/v1"), "sk-test");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<Socket, string, CancellationToken, Task> answer, bool readsRequest)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                using var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Request = readsRequest ? await ReadRequestAsync(socket) : "";
                await answer(socket, Request, _stop.Token);
                socket.Close(1);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The test is over, or the client has gone.
        }
    }

    private async Task<string> ReadRequestAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var length = end < 0 ? -1 : LengthOf(request[..end]);
            if (end >= 0 && request.Length >= end + 4 + length)
            {
                return request;
            }

            var read = await socket.ReceiveAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return request;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    private static int LengthOf(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
