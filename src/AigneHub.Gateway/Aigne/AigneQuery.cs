using System.Globalization;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>
/// Query parameters as AIGNE's pages send them, with more than each call knows: unknown names are passed over, bad values of known
/// ones are errors that name them.
/// </summary>
internal sealed class AigneQuery(HttpRequest request)
{
    private const long SecondsMax = 32_503_680_000; // The year 3000.

    /// <summary>The first thing that was wrong; null when all was well.</summary>
    public HubError? Error { get; private set; }

    /// <summary>Null when it is missing or empty.</summary>
    public string? Text(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    public bool Flag(string name) => Text(name) is "true" or "1";

    public int Number(string name, int fallback, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Refuse(name, $"'{name}' must be a whole number from {min} to {max}.");
        return fallback;
    }

    /// <summary>Seconds since 1970.</summary>
    public DateTimeOffset Time(string name, DateTimeOffset fallback)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= SecondsMax)
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        Refuse(name, $"'{name}' must be a time in seconds since 1970.");
        return fallback;
    }

    public void Refuse(string name, string message) => Error ??= new HubError(400, "invalid_request", Blame.Caller, message, name);
}
