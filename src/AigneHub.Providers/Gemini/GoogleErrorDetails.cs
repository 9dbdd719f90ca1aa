using System.Globalization;
using System.Text.Json;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// What Google's errors say in their <c>details</c> (<see href="https://cloud.google.com/apis/design/errors#error_details"/>).
/// </summary>
/// <param name="RetryAfter">Of <c>RetryInfo</c>: more than zero and at most a day.</param>
/// <param name="IsKeyInvalid">
/// The hub's key was refused, which Google says as an <c>INVALID_ARGUMENT</c> under status 400.
/// </param>
internal readonly record struct GoogleErrorDetails(TimeSpan? RetryAfter, bool IsKeyInvalid)
{
    private const decimal SecondsMax = 86_400;

    /// <exception cref="InvalidOperationException">A text has half a surrogate pair.</exception>
    public static GoogleErrorDetails Read(JsonElement error)
    {
        var read = default(GoogleErrorDetails);
        if (!error.TryGetProperty("details", out var details) || details.ValueKind != JsonValueKind.Array)
        {
            return read;
        }

        foreach (var detail in details.EnumerateArray())
        {
            if (Text(detail, "retryDelay") is { } delay)
            {
                read = read with { RetryAfter = Duration(delay) ?? read.RetryAfter };
            }

            read = read with { IsKeyInvalid = read.IsKeyInvalid || Text(detail, "reason") is "API_KEY_INVALID" };
        }

        return read;
    }

    // Seconds with an s behind them: https://protobuf.dev/reference/protobuf/google.protobuf/#duration
    private static TimeSpan? Duration(string text)
    {
        var number = text.EndsWith('s') ? text.AsSpan(0, text.Length - 1) : default;
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= SecondsMax
            ? TimeSpan.FromMilliseconds((long)Math.Ceiling(seconds * 1000))
            : null;
    }

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
