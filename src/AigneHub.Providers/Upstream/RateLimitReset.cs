using System.Globalization;
using System.Text.RegularExpressions;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// When a used-up limit is free again, by the vendors' own headers: <c>x-ratelimit-{remaining,reset}-{requests,tokens}</c>
/// (OpenAI and those like it, a duration such as <c>6m0s</c> or seconds:
/// https://platform.openai.com/docs/guides/rate-limits) and <c>anthropic-ratelimit-*-{remaining,reset}</c> (RFC 3339:
/// https://docs.claude.com/en/api/rate-limits#response-headers).
/// </summary>
internal static partial class RateLimitReset
{
    private static readonly (string Remaining, string Reset)[] Limits =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
    ];

    /// <summary>The longest of the limits of which nothing remains; more than zero; null when no header says.</summary>
    /// <param name="header">A header's first value; null when it was not sent.</param>
    public static TimeSpan? Of(Func<string, string?> header, DateTimeOffset now)
    {
        TimeSpan? longest = null;
        foreach (var (remaining, reset) in Limits)
        {
            if (header(remaining) == "0" && header(reset) is { } text && Parse(text, now) is { } wait && wait > TimeSpan.Zero
                && (longest is null || wait > longest))
            {
                longest = wait;
            }
        }

        return longest;
    }

    private static TimeSpan? Parse(string text, DateTimeOffset now)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return Seconds(seconds);
        }

        var match = Duration().Match(text);
        if (match.Success && text.Length > 0)
        {
            return Seconds((Number(match, "h") * 3600) + (Number(match, "m") * 60) + Number(match, "s") + (Number(match, "ms") / 1000));
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at - now : null;
    }

    private static TimeSpan? Seconds(double seconds) =>
        seconds <= TimeSpan.FromDays(1).TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromDays(1);

    private static double Number(Match match, string unit) =>
        double.TryParse(match.Groups[unit].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    [GeneratedRegex(
        @"^(?:(?<h>[0-9.]{1,9})h)?(?:(?<m>[0-9.]{1,9})m)?(?:(?<s>[0-9.]{1,9})s)?(?:(?<ms>[0-9.]{1,9})ms)?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Duration();
}
