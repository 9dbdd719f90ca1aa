using AigneHub.Core.Keys;

namespace AigneHub.Core.Routing;

/// <summary>
/// Models that a caller may have meant. The work is bounded: names of at most
/// <see cref="RoutePlanner.NameCharactersMax"/> characters, and only comparisons whose distance can still be small.
/// </summary>
internal static class CloseMatches
{
    private const int SuggestionsMax = 3;
    private const int PrefixCharactersMin = 4;
    private const int StackCharactersMax = RoutePlanner.NameCharactersMax + 1;

    /// <summary>Best first: the smallest edit distance to a name or to its last segment.</summary>
    /// <param name="names">Of models, <c>provider/model</c>, and of aliases.</param>
    public static IReadOnlyList<string> Find(IEnumerable<string> names, string name, KeyRecord? key)
    {
        var wanted = name.ToLowerInvariant();
        var wantedLast = LastSegment(wanted);
        List<(int Distance, string FullName)> found = [];
        foreach (var candidate in names)
        {
            if (key?.Allows(candidate) == false)
            {
                continue;
            }

            var full = candidate.ToLowerInvariant();
            var distance = Math.Min(Distance(wanted, full), Distance(wantedLast, LastSegment(full)));
            if (distance != int.MaxValue)
            {
                found.Add((distance, candidate));
            }
        }

        return
        [
            .. found.OrderBy(f => f.Distance).ThenBy(f => f.FullName.Length).ThenBy(f => f.FullName, StringComparer.Ordinal)
                .Take(SuggestionsMax).Select(f => f.FullName),
        ];
    }

    private static ReadOnlySpan<char> LastSegment(ReadOnlySpan<char> name) => name[(name.LastIndexOf('/') + 1)..];

    /// <summary>
    /// Edits up to a third of the name's length; a name that continues the other counts as close; else the maximum.
    /// </summary>
    private static int Distance(ReadOnlySpan<char> wanted, ReadOnlySpan<char> candidate)
    {
        var limit = Math.Clamp(wanted.Length / 3, 1, 8);
        var difference = Math.Abs(wanted.Length - candidate.Length);
        if (difference <= limit && candidate.Length < StackCharactersMax)
        {
            var edits = Edits(wanted, candidate, limit);
            if (edits <= limit)
            {
                return edits;
            }
        }

        var shorter = Math.Min(wanted.Length, candidate.Length);
        var continues = shorter >= PrefixCharactersMin && wanted[..shorter].SequenceEqual(candidate[..shorter]);
        return continues ? limit + difference : int.MaxValue;
    }

    /// <summary>
    /// Levenshtein distance within a band of ± limit; anything above the limit is only known to be above. Cells beside the
    /// band hold their index, which is above the limit there.
    /// </summary>
    private static int Edits(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int limit)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var from = Math.Max(1, i - limit);
            var to = Math.Min(b.Length, i + limit);
            var diagonal = row[from - 1];
            row[from - 1] = i;
            var best = row[from - 1];
            for (var j = from; j <= to; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
                best = Math.Min(best, next);
            }

            if (best > limit)
            {
                return limit + 1;
            }
        }

        return row[b.Length];
    }
}
