using System.Text.RegularExpressions;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>What the README's table says of each call.</summary>
internal static partial class CallRows
{
    /// <summary>Where a row's route takes the rest of the path.</summary>
    private static readonly string[] RestRoutes =
        ["/openai/deployments/{deployment}/", "/openai/v1/", "/v1beta/models/{model}:", "/api/v2/", "/api/v1/"];

    /// <summary>By call, e.g. <c>GET /v1/models/{id}</c>: who may make it, and what it does, in Markdown without links.</summary>
    public static IReadOnlyDictionary<string, (string Who, string What)> All { get; } = Row().Matches(Repository.Read("README.md"))
        .ToDictionary(row => row.Groups[1].Value, row => (row.Groups[2].Value, Link().Replace(row.Groups[3].Value, "$1")));

    /// <summary>In a few words. Of what one row has for many paths: what the call does at its first home, or its own name.</summary>
    /// <exception cref="InvalidOperationException">The table doesn't have it.</exception>
    public static string WhatOf(string verb, string path)
    {
        if (All.TryGetValue($"{verb.ToUpperInvariant()} {path}", out var row))
        {
            return row.What;
        }

        var start = RestRoutes.FirstOrDefault(one => path.StartsWith(one, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"The README has no row for {verb} {path}.");
        var rest = path[start.Length..];
        return start.StartsWith("/v1beta/", StringComparison.Ordinal) ? $"Gemini's `{rest}`"
            : All.TryGetValue($"POST /v1/{rest}", out var home) ? $"{home.What} (as at `/v1/{rest}`)"
            : $"AIGNE Hub's `{rest}`";
    }

    [GeneratedRegex(@"^\| `((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)` \| ([^|]*) \| (.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
