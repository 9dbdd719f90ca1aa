using AigneHub.Core;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Management;

/// <summary>Whether the fields of a key are what they must be. Null when nothing is wrong.</summary>
internal static class KeyChecks
{
    private const int NameCharsMax = 100;
    private const int ModelsMax = 100;
    private const int TagsMax = 20;
    private const int TagCharsMax = 64;
    private const int ModelCharsMax = 256;
    private const int RangesMax = 50;
    private const int RangeCharsMax = 64;

    public static HubError? Name(string? name) => name is not null && (name.Length is 0 or > NameCharsMax || name.Any(char.IsControl))
        ? Problem.BadRequest($"'name' must have 1 to {NameCharsMax} characters, none of them control characters.", "name")
        : null;

    /// <param name="field">Of the document.</param>
    public static HubError? Models(IReadOnlyList<string>? models, string field) => models is { Count: > ModelsMax }
        || (models ?? []).Any(m => m is null || m.Length is 0 or > ModelCharsMax || m.AsSpan(0, m.Length - 1).Contains('*')
            || m.Any(char.IsControl))
        ? Problem.BadRequest(
            $"'{field}' takes at most {ModelsMax} names of 1 to {ModelCharsMax} characters, "
            + "each 'provider/model' or a prefix that ends in '*'.", field)
        : null;

    public static HubError? Tags(IReadOnlyList<string>? tags) => tags is { Count: > TagsMax }
        || (tags ?? []).Any(t => t is null || !IsTag(t))
        ? Problem.BadRequest(
            $"'tags' takes at most {TagsMax} tags of 1 to {TagCharsMax} letters, digits, '-', '_', '.' and ':'.", "tags")
        : null;

    public static HubError? Scopes(IReadOnlyList<KeyScope>? scopes) =>
        scopes is not null && scopes.Distinct().Count() < scopes.Count ? Problem.BadRequest("'scopes' names one twice.", "scopes") : null;

    public static HubError? Ranges(IReadOnlyList<string>? ranges) => ranges is { Count: > RangesMax }
        || (ranges ?? []).Any(range => range is null || range.Length > RangeCharsMax || AddressRange.Parse(range) is null)
        ? Problem.BadRequest(
            $"'ipRanges' takes at most {RangesMax} addresses or ranges, such as 192.0.2.0/24 or 2001:db8::/32: "
            + "no bits behind the prefix, IPv4 not in IPv6 form.", "ipRanges")
        : null;

    public static HubError? Project(string? project) =>
        project is null || (project.Length is >= 1 and <= 64 && project.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            ? null
            : Problem.BadRequest("'project' takes 1 to 64 letters, digits, '-', '_' and '.'.", "project");

    public static HubError? Expiry(DateTimeOffset? expiresAt, DateTimeOffset now) => expiresAt is null || expiresAt > now
        ? null
        : Problem.BadRequest("'expiresAt' lies in the past.", "expiresAt");

    /// <summary>What to store of ranges without fault.</summary>
    public static IReadOnlyList<AddressRange>? ToRanges(IReadOnlyList<string>? ranges) =>
        ranges is null ? null : [.. ranges.Select(range => AddressRange.Parse(range)!)];

    private static bool IsTag(string tag) =>
        tag.Length is >= 1 and <= TagCharsMax && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
