using AigneHub.Core.Access;

namespace AigneHub.Gateway.Identity;

/// <summary>Reads the settings' mappings: <c>value=word;value=word</c>; the last <c>=</c> of an entry divides it.</summary>
internal static class AccessMapping
{
    private const int EntriesMax = 500;

    /// <summary>A list of texts, separated by <c>;</c>.</summary>
    public static IReadOnlyList<string> List(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary><c>value=role</c> or <c>value=role@scope</c>.</summary>
    /// <param name="wrong">Null, or what is wrong with the first bad entry.</param>
    public static IReadOnlyDictionary<string, MappedRole> Roles(string text, out string? wrong) => Read(
        text, "value=role or value=role@scope, such as Hub.Admin=administrator or Blue=member@team:blue", RoleOf, out wrong);

    /// <summary><c>id=account:acme,team:blue,project:nightly</c>.</summary>
    /// <inheritdoc cref="Roles"/>
    public static IReadOnlyDictionary<string, MemberPlace> Workloads(string text, out string? wrong) =>
        Read(text, "id=account:acme, and after commas team:… and project:…", PlaceOf, out wrong);

    private static Dictionary<string, T> Read<T>(string text, string form, Func<string, T?> read, out string? wrong)
        where T : class
    {
        wrong = null;
        var entries = List(text);
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var equals = entry.LastIndexOf('=');
            if (equals < 1 || entries.Count > EntriesMax || read(entry[(equals + 1)..].Trim()) is not { } value
                || !all.TryAdd(entry[..equals].Trim(), value))
            {
                wrong = $"takes at most {EntriesMax} different entries separated by ';', each {form}. This one is not right: '{entry}'.";
                return all;
            }
        }

        return all;
    }

    private static MappedRole? RoleOf(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var word = at < 0 ? text : text[..at];
        if (!Array.Exists(Enum.GetNames<Role>(), name => name.Equals(word, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var role = Enum.Parse<Role>(word, ignoreCase: true);
        return at < 0 ? new MappedRole(role, null)
            : Scope.TryParse(text[(at + 1)..], out var scope) ? new MappedRole(role, scope)
            : null;
    }

    private static MemberPlace? PlaceOf(string text)
    {
        var scopes = new List<Scope>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Scope.TryParse(part, out var scope) || scope.Owner is null || scopes.Exists(known => known.Owner == scope.Owner))
            {
                return null;
            }

            scopes.Add(scope);
        }

        return MemberPlace.Of(scopes);
    }
}
