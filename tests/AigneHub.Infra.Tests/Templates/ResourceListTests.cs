using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>
/// What a deployment with defaults makes, as a list to be read, and to be looked at when it changes.
/// <c>AIGNEHUB_UPDATE_DOCS=1</c> writes it.
/// </summary>
[Collection(BicepCollection.Name)]
public sealed class ResourceListTests(BicepCompiler compiler)
{
    [Theory]
    [InlineData("enterprise")]
    [InlineData("provider")]
    public void Resources_OfDefaults_AreTheListed(string mode)
    {
        var path = $"tests/AigneHub.Infra.Tests/Templates/resources-{mode}.txt";
        var snapshot = compiler.Snapshot(mode);
        var token = snapshot.TheOnly("Microsoft.Web/sites").Name["func-".Length..];
        var lines = snapshot.Resources
            .Select(resource => $"{resource.Type} {NameOf(resource)}".Replace(token, "TOKEN", StringComparison.Ordinal))
            .Order(StringComparer.OrdinalIgnoreCase).ToArray();
        if (Environment.GetEnvironmentVariable("AIGNEHUB_UPDATE_DOCS") == "1")
        {
            File.WriteAllLines(Repository.PathOf(path), lines);
        }

        Assert.Equal(File.ReadAllLines(Repository.PathOf(path)), lines);
        Assert.Contains($"](../{path})", Repository.Read($"docs/deploy-{mode}.md"), StringComparison.Ordinal);
    }

    /// <summary>An extension's own name says less than what it is on: a role's assignment has a hash of it, diagnostics are all called alike.</summary>
    private static string NameOf(PredictedResource resource) =>
        resource.Is("Microsoft.Authorization/roleAssignments")
            ? $"{resource.Property("roleDefinitionId")!.Split('/')[^1]} on {resource.Id.Split("/providers/")[^2].Split('/', 2)[1]}"
            : resource.Is("Microsoft.Insights/diagnosticSettings")
                ? $"{resource.Name} of {resource.Id.Split("/providers/")[^2].Split('/', 2)[1]}"
                : resource.Name.StartsWith('[') ? TemplateValue.Resolve(resource.Name) : resource.Name;
}
