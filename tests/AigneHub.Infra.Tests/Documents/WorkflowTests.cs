using YamlDotNet.RepresentationModel;

namespace AigneHub.Infra.Tests.Documents;

/// <summary>The sample pipeline: signed in by federation, closes what it opened.</summary>
public sealed class WorkflowTests
{
    private const string Path = "infra/samples/github-actions.yml";

    private static readonly YamlMappingNode Root = YamlFile.Read(Path);

    [Fact]
    public void Rights_AreAToken_AndReading()
    {
        var rights = Root.Map("permissions");
        Assert.Equal(["contents", "id-token"], rights.Names().Order(StringComparer.Ordinal));
        Assert.Equal("write", rights.Text("id-token"));
        Assert.Equal("read", rights.Text("contents"));
        Assert.DoesNotContain("secrets.", Repository.Read(Path), StringComparison.Ordinal);
    }

    /// <summary>A variable that is not set is an empty text, which azd would pass on: only what everybody sets is listed.</summary>
    [Fact]
    public void Parameters_ThatAreListed_AreNeededByAll()
    {
        var parameters = Repository.Read("infra/main.parameters.json");
        Assert.Equal(
            ["AIGNEHUB_DEPLOYMENT_MODE", "AZURE_ENV_NAME", "AZURE_LOCATION", "AZURE_PRINCIPAL_TYPE"],
            Root.Map("jobs").Map("deploy").Map("env").Names()
                .Where(name => parameters.Contains($"${{{name}}}", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Steps_CloseTheSite_WhateverHappens()
    {
        var steps = ((YamlSequenceNode)Root.Map("jobs").Map("deploy").Children["steps"]).Children.Cast<YamlMappingNode>().ToArray();
        var close = steps[^1];
        Assert.StartsWith("always()", close.Text("if"), StringComparison.Ordinal);
        Assert.Contains("infra/hooks/close.sh", close.Text("run"), StringComparison.Ordinal);
        Assert.Contains(steps, step => step.Names().Contains("run") && step.Text("run").StartsWith("azd up", StringComparison.Ordinal));
    }
}
