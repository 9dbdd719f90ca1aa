using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AigneHub.Bench.Load;

/// <summary>Timestamps of one answer.</summary>
/// <param name="FirstByte">The body's first byte is in.</param>
/// <param name="Failure">Head and body of an answer that is not what was asked for; null otherwise.</param>
internal readonly record struct Answer(long FirstByte, long End, string? Failure);

/// <summary>
/// One HTTP/1.1 connection with a blocking socket: a call costs two system calls and no allocation. It understands what
/// the measured servers send: a length, or chunks.
/// </summary>
internal sealed class LoadConnection(IPEndPoint server) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Socket? _socket;

    public Answer Call(ReadOnlySpan<byte> request)
    {
        try
        {
            return Exchange(request);
        }
        catch (SocketException)
        {
            // Closed by the server after a long idle time, most likely: a new connection tells.
            Dispose();
            return Exchange(request);
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private Answer Exchange(ReadOnlySpan<byte> request)
    {
        _socket ??= Connect();
        _socket.Send(request);
        var length = 0;
        var headEnd = -1;
        while (headEnd < 0)
        {
            length += Receive(length);
            headEnd = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }

        var bodyStart = headEnd + 4;
        var head = _buffer.AsSpan(0, bodyStart);
        var contentLength = ContentLength(head);
        var succeeded = head.StartsWith("HTTP/1.1 200"u8);
        while (length == bodyStart)
        {
            length += Receive(length);
        }

        var firstByte = Stopwatch.GetTimestamp();
        while (contentLength is { } bytes ? length < bodyStart + bytes : !_buffer.AsSpan(0, length).EndsWith("\r\n0\r\n\r\n"u8))
        {
            length += Receive(length);
        }

        var end = Stopwatch.GetTimestamp();
        // An answer that breaks off never gets here: it lacks its length, or its last chunk.
        return new Answer(firstByte, end, succeeded ? null : Encoding.UTF8.GetString(_buffer.AsSpan(0, length)));
    }

    private int Receive(int at)
    {
        var read = _socket!.Receive(_buffer.AsSpan(at));
        return read > 0 ? read : throw new SocketException((int)SocketError.ConnectionReset);
    }

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : null;
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        return socket;
    }
}
