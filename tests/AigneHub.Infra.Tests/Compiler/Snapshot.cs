using System.Text.Json;

namespace AigneHub.Infra.Tests.Compiler;

/// <summary>All that a deployment would make.</summary>
public sealed record Snapshot(
    IReadOnlyList<PredictedResource> Resources, IReadOnlyDictionary<string, string> Outputs, IReadOnlyList<string> Diagnostics)
{
    public static Snapshot Of(JsonElement json) => new(
        [
            .. json.GetProperty("predictedResources").EnumerateArray().Select(resource => new PredictedResource(
                resource.GetProperty("id").GetString()!, resource.GetProperty("type").GetString()!,
                resource.GetProperty("name").GetString()!, resource.Clone())),
        ],
        json.TryGetProperty("outputs", out var outputs)
            ? outputs.EnumerateObject().ToDictionary(output => output.Name, output => output.Value.ToString())
            : [],
        [.. json.GetProperty("diagnostics").EnumerateArray().Select(diagnostic => diagnostic.ToString())]);

    public IEnumerable<PredictedResource> Of(string type) => Resources.Where(resource => resource.Is(type));

    public PredictedResource TheOnly(string type) => Assert.Single(Of(type));

    /// <summary>The storage account whose name begins so.</summary>
    public PredictedResource Storage(string prefix) =>
        Assert.Single(Of("Microsoft.Storage/storageAccounts"), account => account.Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The app's settings, with what only Azure knows filled in.</summary>
    public IReadOnlyDictionary<string, string> AppSettings =>
        Assert.Single(Of("Microsoft.Web/sites/config"), resource => resource.LeafName == "appsettings")
            .Properties.EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => TemplateValue.Resolve(setting.Value.GetString()!));
}
