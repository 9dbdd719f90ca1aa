using System.Text.Json;
using System.Text.RegularExpressions;
using AigneHub.Infra.Tests.Compiler;
using AigneHub.Infra.Tests.Templates;
using YamlDotNet.RepresentationModel;

namespace AigneHub.Infra.Tests.Documents;

/// <summary>azure.yaml by the rules of its schema, and what it names.</summary>
/// <seealso href="https://learn.microsoft.com/azure/developer/azure-developer-cli/azd-schema"/>
[Collection(BicepCollection.Name)]
public sealed partial class AzureYamlTests(BicepCompiler compiler)
{
    private static readonly string[] RootKeys =
    [
        "name", "resourceGroup", "metadata", "infra", "services", "resources", "pipeline", "hooks", "requiredVersions", "state",
        "platform", "workflows", "cloud",
    ];

    private static readonly string[] HookNames =
        [.. from when in new[] { "pre", "post" }
            from step in new[] { "provision", "infracreate", "infradelete", "down", "up", "package", "publish", "deploy", "restore" }
            select when + step];

    private static readonly string[] HookKeys =
        ["shell", "kind", "dir", "run", "continueOnError", "interactive", "windows", "posix", "secrets", "config"];

    private static readonly YamlMappingNode Root = YamlFile.Read("azure.yaml");

    [Fact]
    public void Root_FollowsTheSchema()
    {
        Assert.All(Root.Names(), name => Assert.Contains(name, RootKeys));
        Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])$", Root.Text("name"));
        Assert.Equal("bicep", Root.Map("infra").Text("provider"));
        Assert.True(File.Exists(Repository.PathOf($"{Root.Map("infra").Text("path")}/{Root.Map("infra").Text("module")}.bicep")));
    }

    [Theory]
    [InlineData("docs/deploy-enterprise.md")]
    [InlineData("docs/deploy-provider.md")]
    public void Version_OfAzd_IsTheDocuments(string path)
    {
        var needed = Root.Map("requiredVersions").Text("azd");
        Assert.StartsWith(">= 1.", needed, StringComparison.Ordinal);
        Assert.Contains($"install-azd) {needed[3..]} or newer", Repository.Read(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Services_AreTheOneApp()
    {
        var service = Assert.Single(Root.Map("services").Names());
        var gateway = Root.Map("services").Map(service);
        Assert.Equal(["host", "language", "project"], gateway.Names().Order(StringComparer.Ordinal));
        Assert.Equal("function", gateway.Text("host"));
        Assert.Single(Directory.GetFiles(Repository.PathOf(gateway.Text("project")), "*.csproj"));
        var site = compiler.Snapshot("enterprise").TheOnly("Microsoft.Web/sites");
        Assert.Equal(service, site.Json.GetProperty("tags").GetProperty("azd-service-name").GetString());
    }

    [Fact]
    public void Hooks_AreExecutableShellScripts()
    {
        var hooks = Root.Map("hooks");
        Assert.Equal(["postdeploy", "postprovision", "predeploy", "preprovision"], hooks.Names().Order(StringComparer.Ordinal));
        Assert.All(hooks.Names(), name =>
        {
            Assert.Contains(name, HookNames);
            Assert.All(hooks.Map(name).Names(), key => Assert.Contains(key, HookKeys));
            Assert.Equal("sh", hooks.Map(name).Text("shell"));
            Assert.Equal($"infra/hooks/{name}.sh", hooks.Map(name).Text("run"));
            Assert.True(File.Exists(Repository.PathOf(hooks.Map(name).Text("run"))));
        });
    }

    /// <summary>Parameters come from azd's environment alone; the documents name each variable.</summary>
    [Fact]
    public void Parameters_AreTheTemplates_AndTheirVariablesAreDocumented()
    {
        using var file = JsonDocument.Parse(Repository.Read("infra/main.parameters.json"));
        var parameters = file.RootElement.GetProperty("parameters").EnumerateObject().ToArray();
        Assert.Equal(
            compiler.Parameters(Repository.PathOf("infra/main.bicep")).Order(StringComparer.Ordinal),
            parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal));
        var documented = Repository.Read("docs/deploy-parameters.md");
        Assert.All(parameters, parameter =>
        {
            var variable = Variable().Match(parameter.Value.GetProperty("value").GetString()!).Groups[1].Value;
            Assert.NotEmpty(variable);
            Assert.Contains($"| `{variable}` |", documented, StringComparison.Ordinal);
        });
        // azd would prefer it, and then ask for nothing.
        Assert.False(File.Exists(Repository.PathOf("infra/main.bicepparam")));
    }

    [GeneratedRegex(@"^\$\{(\w+)\}$")]
    private static partial Regex Variable();
}
