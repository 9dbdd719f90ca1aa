using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AigneHub.Unit.Tests.Notices;

/// <summary>As much of a mail server as a client needs, on loopback.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _mails = new();
    private readonly ConcurrentQueue<(string Line, bool IsTls)> _commands = new();
    private readonly Task _running;

    public MailServer()
    {
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Refuses what comes, as a full mailbox does.</summary>
    public bool IsFull { get; set; }

    /// <summary>Of STARTTLS, which is offered only with one.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What clients have said, but for messages, and whether it came over TLS.</summary>
    public IReadOnlyList<(string Line, bool IsTls)> Commands => [.. _commands];

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
                var stream = client.GetStream();
                await SayAsync(stream, "220 ready");
                if (await ServeAsync(stream))
                {
                    await using var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
                    await ServeAsync(tls);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or AuthenticationException)
            {
                // A client that left, or the end.
            }
        }
    }

    /// <summary>True when TLS is to begin.</summary>
    private async Task<bool> ServeAsync(Stream stream)
    {
        var isTls = stream is SslStream;
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            _commands.Enqueue((line, isTls));
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await AnswerAsync($"250-hello\r\n{(Certificate is null || isTls ? "" : "250-STARTTLS\r\n")}250 AUTH PLAIN");
                    break;
                case "STARTTLS":
                    await AnswerAsync("220 go on");
                    return true;
                case "AUTH":
                    await AnswerAsync("235 welcome");
                    break;
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
                    return false;
                default:
                    await AnswerAsync("250 ok");
                    break;
            }
        }

        return false;

        Task AnswerAsync(string text) => SayAsync(stream, text);
    }

    private Task SayAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _stop.Token).AsTask();
}
