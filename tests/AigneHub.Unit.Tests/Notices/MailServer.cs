using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AigneHub.Unit.Tests.Notices;

/// <summary>As much of a mail server as a client needs, on loopback.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _mails = new();
    private readonly Task _running;

    public MailServer()
    {
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Refuses what comes, as a full mailbox does.</summary>
    public bool IsFull { get; set; }

    /// <summary>Recipients and the message, each on lines of its own.</summary>
    public IReadOnlyList<string> Mails => [.. _mails];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client.GetStream());
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // A client that left, or the end.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var mail = new StringBuilder();
        await AnswerAsync("220 ready");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "RCPT":
                    mail.AppendLine(line);
                    await AnswerAsync(IsFull ? "452 full" : "250 ok");
                    break;
                case "DATA":
                    await AnswerAsync("354 go on");
                    while (await reader.ReadLineAsync(_stop.Token) is { } text && text != ".")
                    {
                        mail.AppendLine(text);
                    }

                    _mails.Enqueue(mail.ToString());
                    await AnswerAsync("250 ok");
                    break;
                case "QUIT":
                    await AnswerAsync("221 bye");
                    return;
                default:
                    await AnswerAsync("250 ok");
                    break;
            }
        }

        Task AnswerAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _stop.Token).AsTask();
    }
}
