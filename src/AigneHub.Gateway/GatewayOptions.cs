using System.Globalization;

namespace AigneHub.Gateway;

/// <summary>Limits and times of the client side. Setting names: <c>AigneHub__Gateway__&lt;property&gt;</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Largest JSON request body, in bytes; larger ones get 413.</summary>
    public int BodyBytesMax { get; set; } = 32 * 1024 * 1024;

    /// <summary>Memory that all request bodies in flight may hold together, in bytes; beyond it calls get 503.</summary>
    public long BodyBytesInFlightMax { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// Largest form with files (multipart), in bytes, at most the 100 MiB that the Functions host lets through; larger ones
    /// get 413.
    /// </summary>
    public int FormBytesMax { get; set; } = 100 * 1024 * 1024;

    /// <summary>Disk that the files of all forms in flight may take together, in bytes; beyond it calls get 503.</summary>
    public long SpoolBytesInFlightMax { get; set; } = 400L * 1024 * 1024;

    /// <summary>
    /// Silence after which a keep-alive comment is sent on a stream, in seconds; below the 240 s at which the Functions host
    /// cuts an idle response.
    /// </summary>
    public double KeepAliveSeconds { get; set; } = 15;

    /// <summary>Deadline of an answer that is not streamed, in seconds; below the 230 s of Azure's front end.</summary>
    public double AnswerSecondsMax { get; set; } = 220;

    /// <summary>Longest stream, in seconds; below <c>functionTimeout</c> of host.json, which restarts the worker when hit.</summary>
    public double StreamSecondsMax { get; set; } = 1500;

    /// <summary>Longest reading on for the usage of a call whose client has gone, in seconds (policy <c>drain</c>).</summary>
    public double DrainSeconds { get; set; } = 30;

    /// <summary>How long a looked-up key is trusted, in seconds (0 to 10): the bound for a revocation to hold everywhere.</summary>
    public double KeyCacheSeconds { get; set; } = 5;

    /// <summary>Most keys kept in the look-up cache, known and unknown ones together.</summary>
    public int KeyCacheEntriesMax { get; set; } = 10_000;

    /// <summary>Most attempts for one call.</summary>
    public int AttemptsMax { get; set; } = 3;

    /// <summary>No attempt begins later than this after the first one, in seconds.</summary>
    public double RetrySecondsMax { get; set; } = 60;

    /// <summary>Longest arrival of a request's headers, from their first byte, in seconds; then 408.</summary>
    public double HeadersSecondsMax { get; set; } = 30;

    /// <summary>Longest idle time of a client's connection between requests and before the first, in seconds.</summary>
    public double ConnectionIdleSecondsMax { get; set; } = 130;

    /// <summary>Slowest arrival of a request's body, in bytes a second, after 5 s of grace; then 408. 0: any.</summary>
    public double BodyBytesPerSecondMin { get; set; } = 240;

    /// <summary>Longest arrival of a form, or of another body of more than 1 MiB or unknown length, in seconds; then 408.</summary>
    public double BodySecondsMax { get; set; } = 600;

    /// <summary>
    /// AIGNE's lists of models, as its client asks for them, and <c>GET /api/pricing</c> are shown without a key: the catalogue's
    /// models of the providers in the settings, with their prices.
    /// </summary>
    public bool PublicModels { get; set; } = true;

    /// <summary>
    /// Where people buy credit: an absolute https URL, shown to callers without credit and by AIGNE's payment link. Null: nowhere.
    /// </summary>
    public Uri? PaymentLink { get; set; }

    /// <summary>
    /// Longest answer that is paid for from credit or a budget when the request names no limit, in tokens: so much is reserved
    /// (less where the model makes less, or not so much can be paid), and written into the request.
    /// </summary>
    public int OutputTokensDefault { get; set; } = 32_768;

    /// <summary>
    /// Proxies of one's own before the hub, each of which appends its caller to <c>X-Forwarded-For</c>; 0: the header is not read.
    /// Azure's front end does not count: what it saw is the connection's address already.
    /// </summary>
    public int TrustedProxies { get; set; }

    /// <summary>
    /// The header in which a proxy before the hub names the caller's address, whatever the caller had put there: with Front Door
    /// <c>X-Azure-SocketIP</c>. Only where nobody can reach the hub past that proxy. Empty: none.
    /// </summary>
    public string ClientAddressHeader { get; set; } = "";

    /// <summary>Most keys in force that a member, or a key, has made for itself; 0: none can be made.</summary>
    public int OwnKeysMax { get; set; } = 20;

    /// <summary>
    /// Origins whose scripts may call the hub from browsers (CORS), separated by commas: <c>https://app.example.com</c>. Empty: none.
    /// <c>*</c>: all; keys that browsers hold are their users' to see.
    /// </summary>
    public string CorsOrigins { get; set; } = "";

    /// <summary>
    /// Look-ups of unknown keys a minute that one address (an IPv6 /64) may cause on an instance; then 429 for a minute, but for
    /// keys that this instance has let in within the last hour. 0: any number.
    /// </summary>
    public int AuthenticationFailuresPerMinute { get; set; } = 120;

    internal string[] CorsOriginList() =>
        CorsOrigins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOrigin(string text) =>
        text == "*" || (Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Scheme is "https" or "http"
            && origin.GetLeftPart(UriPartial.Authority) == text && origin.UserInfo.Length == 0);

    /// <summary>Null, or one sentence that names the first setting out of its range.</summary>
    public string? WhatIsWrong()
    {
        if (PaymentLink is { } link && !(link.IsAbsoluteUri && link.Scheme == Uri.UriSchemeHttps && link.UserInfo.Length == 0))
        {
            return $"AigneHub__Gateway__{nameof(PaymentLink)} must be an absolute https URL without user or password.";
        }

        if (!ClientAddressHeader.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return $"AigneHub__Gateway__{nameof(ClientAddressHeader)} must be the name of a header.";
        }

        if (CorsOriginList().FirstOrDefault(origin => !IsOrigin(origin)) is { } odd)
        {
            return $"AigneHub__Gateway__{nameof(CorsOrigins)} takes origins such as https://app.example.com, lower-case and without "
                + $"a path, or *; '{odd}' is none.";
        }

        (string Name, double Value, double Min, double Max)[] ranges =
        [
            (nameof(BodyBytesMax), BodyBytesMax, 1, 100 * 1024 * 1024),
            (nameof(BodyBytesInFlightMax), BodyBytesInFlightMax, BodyBytesMax, long.MaxValue),
            (nameof(FormBytesMax), FormBytesMax, 1, 100 * 1024 * 1024),
            (nameof(SpoolBytesInFlightMax), SpoolBytesInFlightMax, FormBytesMax, long.MaxValue),
            (nameof(KeepAliveSeconds), KeepAliveSeconds, 0.05, 200),
            (nameof(AnswerSecondsMax), AnswerSecondsMax, 0.1, 228),
            (nameof(StreamSecondsMax), StreamSecondsMax, 0.1, 86_400),
            (nameof(DrainSeconds), DrainSeconds, 0, 600),
            (nameof(KeyCacheSeconds), KeyCacheSeconds, 0, 5),
            (nameof(KeyCacheEntriesMax), KeyCacheEntriesMax, 1, 1_000_000),
            (nameof(AttemptsMax), AttemptsMax, 1, 10),
            (nameof(RetrySecondsMax), RetrySecondsMax, 0, 600),
            (nameof(HeadersSecondsMax), HeadersSecondsMax, 1, 600),
            (nameof(ConnectionIdleSecondsMax), ConnectionIdleSecondsMax, 1, 86_400),
            (nameof(BodyBytesPerSecondMin), BodyBytesPerSecondMin, 0, 1_000_000),
            (nameof(OutputTokensDefault), OutputTokensDefault, 256, 10_000_000),
            (nameof(BodySecondsMax), BodySecondsMax, 1, 86_400),
            (nameof(AuthenticationFailuresPerMinute), AuthenticationFailuresPerMinute, 0, 1_000_000),
            (nameof(TrustedProxies), TrustedProxies, 0, 10),
            (nameof(OwnKeysMax), OwnKeysMax, 0, 200),
        ];
        foreach (var (name, value, min, max) in ranges)
        {
            if (!(value >= min && value <= max))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"AigneHub__Gateway__{name} must be from {min} to {max}; it is {value}.");
            }
        }

        return null;
    }
}
