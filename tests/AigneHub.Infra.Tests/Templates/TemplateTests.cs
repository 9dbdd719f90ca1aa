using System.Text.RegularExpressions;
using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>The templates' text.</summary>
[Collection(BicepCollection.Name)]
public sealed partial class TemplateTests(BicepCompiler compiler)
{
    public static TheoryData<string> Templates { get; } = [.. Repository.Files("infra", "*.bicep")];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_Diagnostics_AreNone(string path) => Assert.Empty(compiler.Diagnose(Repository.PathOf(path)));

    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_Text_IsFormatted(string path) =>
        Assert.Equal(compiler.Format(Repository.PathOf(path)), Repository.Read(path));

    /// <summary>What the compiler can't check is in the documentation.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_OfAModule_BeginsByItsSource(string path) => Assert.True(
        path == "infra/main.bicep"
            || Repository.Read(path).StartsWith("// https://learn.microsoft.com/azure/", StringComparison.Ordinal),
        path);

    /// <summary>Two deployments of an environment make the same names and values.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_Functions_AreDeterministic(string path) => Assert.DoesNotMatch(Undetermined(), Repository.Read(path));

    /// <summary>A module of a registry could not be restored without it.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_Modules_AreLocal(string path) => Assert.All(
        ModulePath().Matches(Repository.Read(path)).Select(match => match.Groups[1].Value),
        module => Assert.StartsWith("modules/", module, StringComparison.Ordinal));

    [Fact]
    public void RoleAssignments_InTemplates_AreInOneFile() => Assert.Equal(
        ["infra/modules/rbac.bicep"],
        Repository.Files("infra", "*.bicep")
            .Where(path => Repository.Read(path).Contains("roleAssignments@", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Snapshot_Diagnostics_AreNone(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        Assert.Empty(snapshot.Diagnostics);
        var ids = snapshot.Resources.Select(resource => resource.Id).ToArray();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Resources_WithTags_BelongToTheEnvironment(string deployment)
    {
        var tagged = compiler.Snapshot(deployment).Resources
            .Where(resource => resource.Json.TryGetProperty("tags", out _)).ToArray();
        Assert.Contains(tagged, resource => resource.Is("Microsoft.Resources/resourceGroups"));
        Assert.All(tagged, resource => Assert.Equal(
            "demo", resource.Json.GetProperty("tags").GetProperty("azd-env-name").GetString()));
        Assert.Single(tagged, resource => resource.Json.GetProperty("tags").TryGetProperty("azd-service-name", out var service)
            && service.GetString() == "gateway");
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Outputs_OfDeployment_HoldNoSecret(string deployment)
    {
        var outputs = compiler.Snapshot(deployment).Outputs;
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.DoesNotMatch(SecretWord(), output.Key + output.Value));
        Assert.Equal(Deployments.IsEnterprise(deployment) ? "enterprise" : "provider", outputs["AIGNEHUB_DEPLOYMENT_MODE"]);
    }

    [GeneratedRegex(@"\b(utcNow|newGuid|deployer)\s*\(")]
    private static partial Regex Undetermined();

    [GeneratedRegex(@"^module \w+ '([^']+)'", RegexOptions.Multiline)]
    private static partial Regex ModulePath();

    [GeneratedRegex("listKeys|listSecrets|connectionString|password|secret|[^_]key", RegexOptions.IgnoreCase)]
    private static partial Regex SecretWord();
}
