using System.Globalization;
using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers.Simulation;

namespace AigneHub.Functions.Local;

/// <summary>What a local hub prints when it listens.</summary>
internal static class StartupBanner
{
    public static string For(HubSnapshot snapshot, IReadOnlyList<string> functions, Uri address, string key, string? keyFile)
    {
        var origin = address.GetLeftPart(UriPartial.Authority);
        var model = snapshot.FindProvider(SimulatedProvider.Id) is not null
            ? "sim/chat"
            : snapshot.Models is [var first, ..] ? first.FullName : null;
        var whence = keyFile is null ? "from AIGNEHUB_ADMIN_KEY" : $"kept in {keyFile}";
        var text = new StringBuilder()
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"AigneHub ({snapshot.Mode}) listens on {origin}")
            .AppendLine();
        if (!functions.Contains(nameof(OpenAiFunctions.ChatCompletions)))
        {
            // One of several processes: what the others serve can't be called here.
            return text.AppendLine(CultureInfo.InvariantCulture, $"  Serves  {string.Join(", ", functions)}").ToString();
        }

        text
            .AppendLine(CultureInfo.InvariantCulture, $"  Key     {key}")
            .AppendLine(CultureInfo.InvariantCulture, $"          the administrator's, {whence}")
            .AppendLine(CultureInfo.InvariantCulture, $"  Models  {Models(snapshot)}");
        if (model is not null)
        {
            text.AppendLine().AppendLine("Try a streamed call:").AppendLine().AppendLine(Curl(origin, key, model));
        }

        return text.AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Then see what it cost: {Get($"{origin}/api/me/usage", key)}")
            .ToString();
    }

    private static string Models(HubSnapshot snapshot)
    {
        var providers = snapshot.Providers.Select(p =>
        {
            var models = snapshot.Models.Where(m => m.Provider == p.Id).ToArray();
            return p.Id == SimulatedProvider.Id
                ? string.Join(", ", models.Select(m => m.FullName))
                : $"{models.Length} of {p.DisplayName} ({p.Id}/…)";
        });
        const string Hint = "all at GET /v1/models; a vendor's models appear when its key is set, e.g. OPENAI_API_KEY";
        return string.Join("\n          ", providers.Append(Hint));
    }

    private static string Curl(string origin, string key, string model)
    {
        var body = $$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"Hello!"}]}""";
        var quoted = OperatingSystem.IsWindows() ? $"\"{body.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : $"'{body}'";
        return $"curl -N {origin}/v1/chat/completions -H \"Authorization: Bearer {key}\" -H \"Content-Type: application/json\" -d {quoted}";
    }

    private static string Get(string url, string key) => $"curl {url} -H \"Authorization: Bearer {key}\"";
}
