using System.Net;
using System.Net.Sockets;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>A port on which connecting takes for ever: its queue of connections to accept is full (Linux drops what comes then).</summary>
internal sealed class FullBacklog : IDisposable
{
    private const int ConnectionsMax = 32;
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(0.5);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _waiting = [];

    private FullBacklog() => _listener.Start(1);

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>Why there is none on this machine; null when there is.</summary>
    public string? Problem { get; private set; } = "this system accepts connections beyond the backlog";

    public static async Task<FullBacklog> FillAsync()
    {
        var full = new FullBacklog();
        for (var i = 0; i < ConnectionsMax && full.Problem is not null; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            full._waiting.Add(socket);
            using var patience = new CancellationTokenSource(Connecting);
            try
            {
                await socket.ConnectAsync((IPEndPoint)full._listener.LocalEndpoint, patience.Token);
            }
            catch (OperationCanceledException)
            {
                full.Problem = null;
            }
            catch (SocketException)
            {
                full.Problem = "this system refuses connections beyond the backlog";
                break;
            }
        }

        return full;
    }

    public void Dispose()
    {
        _waiting.ForEach(s => s.Dispose());
        _listener.Dispose();
    }
}
