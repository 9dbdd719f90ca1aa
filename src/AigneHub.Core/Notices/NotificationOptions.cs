namespace AigneHub.Core.Notices;

/// <summary>Who is told of budgets and balances, and how; section <c>AigneHub:Notifications</c>.</summary>
public sealed class NotificationOptions
{
    /// <summary>Where each notice is posted; empty: nowhere. Https, unless it is on a network that the hub may call.</summary>
    public string WebhookUrl { get; set; } = "";

    /// <summary><c>whsec_</c> and 24 to 64 bytes in Base64, which sign what is posted: https://www.standardwebhooks.com.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>The mail server; empty: no e-mail is sent.</summary>
    public string SmtpHost { get; set; } = "";

    /// <summary>465 is TLS from the start; on others the server must offer STARTTLS, unless it is on this machine.</summary>
    public int SmtpPort { get; set; } = 587;

    /// <summary>Empty: without authentication.</summary>
    public string SmtpUser { get; set; } = "";

    public string SmtpPassword { get; set; } = "";

    /// <summary>The sender's address.</summary>
    public string SmtpFrom { get; set; } = "";

    /// <summary>Who gets every notice, beside the owner of the purse: addresses with commas between them.</summary>
    public string SmtpTo { get; set; } = "";
}
