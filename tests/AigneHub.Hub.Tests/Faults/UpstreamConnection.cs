using System.Net.Sockets;
using System.Text;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>One request on a connection that the hub has opened: whoever answers it decides every byte and how it ends.</summary>
internal sealed class UpstreamConnection(Socket socket, Uri elsewhere, Hearing hearing, CancellationToken stop)
{
    private static readonly TimeSpan CloseWait = TimeSpan.FromSeconds(30);

    public CancellationToken Stop => stop;

    /// <summary>No further request can come on it.</summary>
    public bool Ended { get; private set; }

    public Task WriteAsync(string text) =>
        WriteAsync(Encoding.UTF8.GetBytes(text.Replace(Wire.Elsewhere, elsewhere.AbsoluteUri, StringComparison.Ordinal)));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
        }
    }

    /// <summary>One chunk of a chunked body.</summary>
    public Task WriteChunkAsync(string text) => WriteAsync($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    /// <summary>Ends with FIN: everything written arrives, then the end.</summary>
    public void Close()
    {
        Ended = true;
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends with RST.</summary>
    public void Reset()
    {
        Ended = true;
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Waits until the client has received this.</summary>
    public Task HeardAsync(string text) => hearing.WaitForAsync(text).WaitAsync(CloseWait, stop);

    /// <summary>Says no more and waits for the hub to give the connection up.</summary>
    public async Task WaitForHubAsync()
    {
        Ended = true;
        var buffer = new byte[1024];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(CloseWait);
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Closed by reset.
        }
    }

    /// <summary>Repeats a piece until something has happened.</summary>
    public async Task WriteUntilAsync(string piece, Task happened)
    {
        while (!happened.IsCompleted)
        {
            await WriteAsync(piece);
            await Task.Delay(TimeSpan.FromMilliseconds(50), stop);
        }

        await happened;
    }

    /// <summary>Repeats a piece until the hub gives the connection up.</summary>
    public async Task WriteForeverAsync(string piece, TimeSpan pause)
    {
        Ended = true;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(CloseWait);
        try
        {
            while (true)
            {
                patience.Token.ThrowIfCancellationRequested();
                await WriteAsync(piece);
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, patience.Token);
                }
            }
        }
        catch (SocketException)
        {
            // The hub has closed it.
        }
    }
}
