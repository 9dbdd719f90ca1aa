using System.Globalization;
using System.Net;
using AigneHub.Core.Notices;
using AigneHub.Core.Pricing;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AigneHub.Billing;

/// <summary>Mails notices to the hub's own addresses and to the purse's owner, as plain text.</summary>
/// <param name="options">As <see cref="WhatIsWrong"/> has found nothing wrong with.</param>
public sealed class MailChannel(NotificationOptions options) : INoticeChannel
{
    private const int ImplicitTlsPort = 465;
    private const int TimeoutMilliseconds = 30_000;
    private const int SubjectCharactersMax = 200;

    public string Name => "email";

    /// <summary>A sentence that names the setting, or null.</summary>
    public static string? WhatIsWrong(NotificationOptions options) =>
        options.SmtpHost.Length == 0 ? null
        : options.SmtpPort is < 1 or > 65_535 ? "AigneHub__Notifications__SmtpPort must be 1 to 65535."
        : !MailboxAddress.TryParse(options.SmtpFrom, out _) ? "AigneHub__Notifications__SmtpFrom must be an e-mail address."
        : options.SmtpTo.Length > 0 && !InternetAddressList.TryParse(options.SmtpTo, out _)
            ? "AigneHub__Notifications__SmtpTo must be e-mail addresses with commas between them."
        : null;

    public async Task<string?> SendAsync(NoticeMessage message, CancellationToken cancellationToken)
    {
        using var mail = MailOf(message);
        if (mail.To.Count == 0)
        {
            return "Nobody's address is known.";
        }

        using var client = new SmtpClient { Timeout = TimeoutMilliseconds };
        try
        {
            await client.ConnectAsync(options.SmtpHost, options.SmtpPort, Security(), cancellationToken);
            if (options.SmtpUser.Length > 0)
            {
                await client.AuthenticateAsync(options.SmtpUser, options.SmtpPassword, cancellationToken);
            }

            await client.SendAsync(mail, cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
            return null;
        }
        catch (SmtpCommandException refused)
        {
            // The server's own words may quote addresses.
            return string.Create(CultureInfo.InvariantCulture, $"The mail server refused it with {(int)refused.StatusCode}.");
        }
    }

    /// <summary>Passwords and notices go over TLS, but for a server on this machine.</summary>
    private SecureSocketOptions Security() =>
        options.SmtpPort == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect
        : options.SmtpHost == "localhost" || (IPAddress.TryParse(options.SmtpHost, out var address) && IPAddress.IsLoopback(address))
            ? SecureSocketOptions.StartTlsWhenAvailable
        : SecureSocketOptions.StartTls;

    private MimeMessage MailOf(NoticeMessage message)
    {
        var (notice, owner) = (message.Notice, Line(message.Owner));
        var mail = new MimeMessage
        {
            Date = notice.At,
            // The same however often it is sent.
            MessageId = $"{notice.Id}@aignehub",
            Subject = notice.Percent is { } percent
                ? string.Create(CultureInfo.InvariantCulture, $"{owner}: {percent} % of the budget is used")
                : notice.Refused ? $"{owner}: a call was refused, the rest of the {(notice.IsOfBudget ? "budget" : "credit")} is too small"
                : $"{owner}: the balance is low",
            Body = new TextPart("plain") { Text = TextOf(notice, owner) },
        };
        mail.From.Add(MailboxAddress.Parse(options.SmtpFrom));
        if (options.SmtpTo.Length > 0)
        {
            mail.To.AddRange(InternetAddressList.Parse(options.SmtpTo));
        }

        if (message.Email is { } email && MailboxAddress.TryParse(email, out var address)
            && !mail.To.Mailboxes.Any(known => known.Address.Equals(address.Address, StringComparison.OrdinalIgnoreCase)))
        {
            mail.To.Add(address);
        }

        return mail;
    }

    private static string TextOf(NoticeRecord notice, string owner)
    {
        var (limit, amount) = (Nano.ToDecimalString(notice.Limit), Nano.ToDecimalString(notice.Amount));
        var (used, end) = ($"{owner} has used {amount} of its budget of {limit} {notice.UnitName}", EndOf(notice));
        var text = notice.Percent is { } percent ? string.Create(CultureInfo.InvariantCulture, $"{used} ({percent} % or more).\n{end}")
            : notice is { Refused: true, IsOfBudget: true } ? $"{used}. The rest did not carry a call, which was refused.\n{end}"
            : notice.Refused ? $"The balance of {owner} is {amount} {notice.UnitName}. It did not carry a call, which was refused.\n"
            : $"The balance of {owner} is {amount} {notice.UnitName}, below {limit}.\n";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{text}\nPurse {notice.Purse}, notice {notice.Id}, {notice.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n");
    }

    private static string EndOf(NoticeRecord notice) => string.Create(
        CultureInfo.InvariantCulture, $"The period ends at {notice.PeriodEnd?.UtcDateTime:yyyy-MM-dd HH:mm} UTC.\n");

    /// <summary>Names are people's: one line of visible text.</summary>
    private static string Line(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= SubjectCharactersMax ? line : line[..SubjectCharactersMax];
    }
}
