using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>Answers one request.</summary>
internal delegate Task Script(UpstreamConnection connection);

/// <summary>
/// A vendor on a raw loopback socket. Requests tell by their <c>user</c> member which script answers them, so that many
/// calls can fail at once, each in its own way.
/// </summary>
internal sealed partial class ScriptedUpstream : IAsyncDisposable
{
    private const int HeadBytesMax = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, (Script Script, bool ReadsBody, Hearing Hearing)> _scripts = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly ConcurrentQueue<string> _troubles = new();
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly string _key;
    private readonly Uri _elsewhere;
    private readonly Task _accepting;

    /// <param name="key">The only one that may be seen here.</param>
    /// <param name="elsewhere">Where scripts redirect to.</param>
    public ScriptedUpstream(string key, Uri elsewhere)
    {
        _key = key;
        _elsewhere = elsewhere;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public string BaseUrl => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1";

    /// <summary>What must not have happened: a wrong key, a hub that did not let go of a connection.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    public void On(string user, Script script, bool readsBody, Hearing hearing) => _scripts[user] = (script, readsBody, hearing);

    public int RequestsOf(string user) => _requests.GetValueOrDefault(user);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var serving = ServeAsync(socket);
                _connections[serving] = 0;
                _ = serving.ContinueWith(t => _connections.TryRemove(t, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        socket.NoDelay = true;
        var user = "";
        try
        {
            while (await ReadRequestAsync(socket) is { } found)
            {
                user = found;
                _requests.AddOrUpdate(user, 1, static (_, count) => count + 1);
                var (script, _, hearing) = _scripts[user];
                var connection = new UpstreamConnection(socket, _elsewhere, hearing, _stop.Token);
                await script(connection);
                if (connection.Ended)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException || _stop.IsCancellationRequested)
        {
            // The hub closed the connection, or the test is over.
        }
        catch (OperationCanceledException)
        {
            _troubles.Enqueue($"{user}: the hub kept a connection that it had no more use for");
        }
    }

    /// <summary>Reads one request and returns the name of its script; null at the connection's end.</summary>
    private async Task<string?> ReadRequestAsync(Socket socket)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. bytes.Take(HeadBytesMax)]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end > 0 && User().Match(text, end) is { Success: true } user)
            {
                var head = text[..end];
                if (!head.Contains($"Authorization: Bearer {_key}", StringComparison.OrdinalIgnoreCase))
                {
                    _troubles.Enqueue($"{user.Groups[1].Value}: another vendor's key");
                }

                var length = int.Parse(Length().Match(head).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
                if (!_scripts[user.Groups[1].Value].ReadsBody || bytes.Count >= end + 4 + length)
                {
                    return user.Groups[1].Value;
                }
            }

            var read = await socket.ReceiveAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return null;
            }

            bytes.AddRange(buffer.AsSpan(0, read));
        }
    }

    [GeneratedRegex("\"user\":\"([^\"]+)\"")]
    private static partial Regex User();

    [GeneratedRegex("Content-Length: ([0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Length();
}
