using System.Globalization;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// Query parameters of the management API: unknown names, repeated names and bad values are errors that name the parameter.
/// </summary>
internal ref struct Query
{
    // Between them no sum with a span runs over.
    private static readonly DateTimeOffset TimeMin = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset TimeMax = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IQueryCollection _values;

    public Query(HttpRequest request, params ReadOnlySpan<string> known)
    {
        _values = request.Query;
        foreach (var (name, value) in _values)
        {
            if (!known.Contains(name))
            {
                Error = Problem.BadRequest($"Unknown query parameter '{name}'. Known: {string.Join(", ", known.ToArray())}.", name);
            }
            else if (value.Count != 1)
            {
                Error = Problem.BadRequest($"Query parameter '{name}' stands more than once.", name);
            }
        }
    }

    /// <summary>The first thing that was wrong; null when all was well.</summary>
    public HubError? Error { get; private set; }

    public readonly string? Text(string name) => _values.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>1 to <paramref name="max"/>.</summary>
    public int Limit(string name, int fallback, int max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max)
        {
            return value;
        }

        Error ??= Problem.BadRequest($"'{name}' must be a whole number from 1 to {max}.", name);
        return fallback;
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string name, bool fallback)
    {
        var text = Text(name);
        if (text is not (null or "true" or "false"))
        {
            Error ??= Problem.BadRequest($"'{name}' must be true or false.", name);
        }

        return text is null ? fallback : text == "true";
    }

    /// <summary>ISO 8601, years 1970 to 8999; a time without an offset is UTC.</summary>
    public DateTimeOffset Time(string name, DateTimeOffset fallback)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        // A '+' of an offset arrives as a blank when the client did not encode it.
        if (DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var value)
            && value >= TimeMin && value < TimeMax)
        {
            return value;
        }

        Error ??= Problem.BadRequest($"'{name}' must be an ISO 8601 time of the years 1970 to 8999, such as 2026-01-31T12:00:00Z.", name);
        return fallback;
    }

    /// <summary>One of the words of an enumeration, in any case; null when the parameter is absent.</summary>
    /// <param name="others">Words that the caller knows besides; only named when the parameter is refused.</param>
    public T? Word<T>(string name, params ReadOnlySpan<string> others)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // Enum.TryParse would take numbers and lists, too.
        var words = Enum.GetNames<T>();
        var index = Array.FindIndex(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index >= 0)
        {
            return Enum.Parse<T>(words[index]);
        }

        Error ??= Problem.BadRequest($"'{name}' must be one of: {string.Join(", ", [.. words, .. others]).ToLowerInvariant()}.", name);
        return null;
    }

    public void Refuse(HubError error) => Error ??= error;
}
