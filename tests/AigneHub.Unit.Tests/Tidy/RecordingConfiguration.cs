using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>Hands settings out and notes which ones were asked for.</summary>
internal sealed class RecordingConfiguration(IConfiguration inner, HashSet<string> seen) : IConfigurationSection
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
        get => inner[Note(key)];
        set => throw new NotSupportedException();
    }

    /// <summary>The settings asked for, in the form <c>A__B</c>; sections that were only gone through are left out.</summary>
    public static IEnumerable<string> Settings(IReadOnlyCollection<string> seen) => seen
        .Where(path => !seen.Any(other => other.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase)))
        .Select(path => path.Replace(":", "__", StringComparison.Ordinal));

    public IConfigurationSection GetSection(string key)
    {
        Note(key);
        return new RecordingConfiguration(inner.GetSection(key), seen);
    }

    public IEnumerable<IConfigurationSection> GetChildren() =>
        inner.GetChildren().Select(child => new RecordingConfiguration(child, seen));

    public IChangeToken GetReloadToken() => inner.GetReloadToken();

    private string Note(string key)
    {
        seen.Add(Path.Length == 0 ? key : $"{Path}:{key}");
        return key;
    }
}
