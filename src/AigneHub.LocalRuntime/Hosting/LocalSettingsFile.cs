using System.Text.Json;

namespace AigneHub.LocalRuntime.Hosting;

/// <summary>The <c>Values</c> of <c>local.settings.json</c>, as configuration keys (<c>__</c> means <c>:</c>).</summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-develop-local#local-settings-file"/>
internal static class LocalSettingsFile
{
    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static Dictionary<string, string?> Read(string folder)
    {
        var path = Path.Combine(folder, "local.settings.json");
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (!File.Exists(path))
            return settings;

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            if (document.RootElement.TryGetProperty("Values", out var values))
            {
                foreach (var value in values.EnumerateObject())
                    settings[value.Name.Replace("__", ":", StringComparison.Ordinal)] = Text(value);
            }

            return settings;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new LocalStartupException($"{path} can't be read: {e.Message}", e);
        }
    }

    private static string? Text(JsonProperty value) => value.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object or JsonValueKind.Array =>
            throw new InvalidOperationException($"'{value.Name}' must be a string: name nested settings A__B."),
        _ => value.Value.ToString(),
    };
}
