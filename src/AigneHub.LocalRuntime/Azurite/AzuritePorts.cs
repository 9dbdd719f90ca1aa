using System.Net;
using System.Net.Sockets;
using AigneHub.LocalRuntime.Hosting;

namespace AigneHub.LocalRuntime.Azurite;

/// <summary>Chooses ports and asks what answers at them.</summary>
internal static class AzuritePorts
{
    private static readonly int[] Defaults = [10000, 10001, 10002];

    /// <summary>
    /// The right to start something at the usual ports, to be held until it answers there; null when another process has it.
    /// </summary>
    public static IDisposable? ClaimDefaults()
    {
        try
        {
            return FileLock.TryTake(Path.Combine(Path.GetTempPath(), "aignehub-azurite-ports.lock"));
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's.
            return null;
        }
    }

    public static int[] Choose(bool preferDefaults) =>
        preferDefaults && Defaults.All(port => PortProbe.IsFree(new IPEndPoint(IPAddress.Loopback, port))) ? Defaults : Free();

    /// <summary>Whether Azurite's three services answer at the state's ports.</summary>
    public static async Task<bool> AnswerAsync(AzuriteState state, CancellationToken cancellationToken) =>
        await AnswersAsync(state.BlobPort, "Azurite-Blob", cancellationToken)
        && await AnswersAsync(state.QueuePort, "Azurite-Queue", cancellationToken)
        && await AnswersAsync(state.TablePort, "Azurite-Table", cancellationToken);

    private static int[] Free()
    {
        TcpListener[] listeners = [.. Defaults.Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            // All at once, so that the three differ.
            foreach (var listener in listeners)
                listener.Start();
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
                listener.Dispose();
        }
    }

    /// <summary>Azurite names itself in the <c>Server</c> header of every answer, here of a 4xx.</summary>
    private static async Task<bool> AnswersAsync(int port, string server, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"u8.ToArray(), limit.Token);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(limit.Token) is { Length: > 0 } line)
            {
                if (line.StartsWith("Server: " + server, StringComparison.OrdinalIgnoreCase))
                    return true;
            }

            return false;
        }
        catch (Exception e) when (e is SocketException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
