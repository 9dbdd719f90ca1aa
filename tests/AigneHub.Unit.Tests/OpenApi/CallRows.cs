using System.Text.RegularExpressions;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>What the README's table says of each call.</summary>
internal static partial class CallRows
{
    /// <summary>By call, e.g. <c>GET /v1/models/{id}</c>: who may make it, and what it does, in Markdown without links.</summary>
    public static IReadOnlyDictionary<string, (string Who, string What)> All { get; } = Row().Matches(Repository.Read("README.md"))
        .ToDictionary(row => row.Groups[1].Value, row => (row.Groups[2].Value, Link().Replace(row.Groups[3].Value, "$1")));

    [GeneratedRegex(@"^\| `((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)` \| ([^|]*) \| (.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
