using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>Hands settings out and notes which ones were asked for.</summary>
/// <param name="values">Paths whose value was asked for by name.</param>
/// <param name="sections">Paths gone into or bound.</param>
internal sealed class RecordingConfiguration(IConfiguration inner, HashSet<string> values, HashSet<string> sections)
    : IConfigurationSection
{
    private IConfigurationSection? Section => inner as IConfigurationSection;

    public string Key => Section?.Key ?? "";

    public string Path => Section?.Path ?? "";

    public string? Value
    {
        get => Section?.Value;
        set => throw new NotSupportedException();
    }

    public string? this[string key]
    {
        get
        {
            values.Add(PathOf(key));
            return inner[key];
        }
        set => throw new NotSupportedException();
    }

    /// <summary>The settings asked for, in the form <c>A__B</c>: the values, and the sections that have no further ones.</summary>
    public static IEnumerable<string> Settings(HashSet<string> values, HashSet<string> sections) => sections
        .Where(path => !sections.Concat(values).Any(other => other.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase)))
        .Union(values, StringComparer.OrdinalIgnoreCase)
        .Select(path => path.Replace(":", "__", StringComparison.Ordinal));

    public IConfigurationSection GetSection(string key)
    {
        sections.Add(PathOf(key));
        return new RecordingConfiguration(inner.GetSection(key), values, sections);
    }

    public IEnumerable<IConfigurationSection> GetChildren() =>
        inner.GetChildren().Select(child => new RecordingConfiguration(child, values, sections));

    public IChangeToken GetReloadToken() => inner.GetReloadToken();

    private string PathOf(string key) => Path.Length == 0 ? key : $"{Path}:{key}";
}
