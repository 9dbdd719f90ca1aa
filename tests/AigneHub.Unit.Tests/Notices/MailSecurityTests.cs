using System.Text;
using AigneHub.Billing;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;
using AigneHub.Unit.Tests.Providers.Upstream;
using MailKit.Security;

namespace AigneHub.Unit.Tests.Notices;

/// <summary>
/// What mail servers get to see without TLS, and without a certificate that the system trusts: neither passwords nor notices, but for
/// a server on this machine that offers no TLS.
/// </summary>
public sealed class MailSecurityTests
{
    private const string Here = "127.0.0.1";

    /// <summary>Leads to this machine, but in a spelling that the hub does not take for it.</summary>
    private const string Elsewhere = "LOCALHOST";

    [Theory]
    [InlineData(Here)]
    [InlineData(Elsewhere)]
    public async Task Send_CertificateThatNobodyTrusts_GetsNothing(string host)
    {
        using var certificate = TestCertificate.Make();
        await using var server = new MailServer { Certificate = certificate };

        await Assert.ThrowsAsync<SslHandshakeException>(() => SendAsync(server, host));

        Assert.Equal(["EHLO", "STARTTLS"], server.Commands.Select(command => command.Line.Split(' ')[0]));
        Assert.Empty(server.Mails);
    }

    [Theory]
    [InlineData("hub")]
    [InlineData("")]
    public async Task Send_ServerElsewhereWithoutTls_GetsNothing(string user)
    {
        await using var server = new MailServer();

        await Assert.ThrowsAsync<NotSupportedException>(() => SendAsync(server, Elsewhere, user));

        Assert.DoesNotContain(server.Commands, command => command.Line.Split(' ')[0] is not ("EHLO" or "QUIT"));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task Send_ServerOnThisMachineWithoutTls_LogsInFirst()
    {
        await using var server = new MailServer();

        Assert.Null(await SendAsync(server, Here));

        Assert.Equal(["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"], server.Commands.Select(command => command.Line.Split(' ')[0]));
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("\0hub\0secret")), server.Commands[1].Line, StringComparison.Ordinal);
        Assert.Single(server.Mails);
    }

    private static Task<string?> SendAsync(MailServer server, string host, string user = "hub")
    {
        var options = new NotificationOptions
        {
            SmtpHost = host,
            SmtpPort = server.Port,
            SmtpUser = user,
            SmtpPassword = "secret",
            SmtpFrom = "hub@example.org",
            SmtpTo = "ops@example.org",
        };
        Assert.Null(MailChannel.WhatIsWrong(options));
        var at = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        var notice = NoticeRecord.Of(PurseId.OfTeam("blue"), LedgerUnit.NanoUsd, new PurseNotice(1, 50, 100, 60, null, at), []);
        return new MailChannel(options).SendAsync(new NoticeMessage(notice, "team Blue", Email: null), default);
    }
}
