using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using AigneHub.Core.Ledger;
using AigneHub.Functions;
using AigneHub.Providers.Upstream;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>What alerts and workbook look for is what the hub writes.</summary>
public sealed partial class QueryTests
{
    private static readonly string[] Sources =
    [
        .. Repository.Files("src", "*.cs").Select(Repository.Read).SelectMany(text => LogMessage().Matches(text))
            .Select(match => match.Groups[1].Value),
    ];

    public static TheoryData<string> Queries { get; } = [.. Repository.Files("infra/queries", "*.kql")];

    [Fact]
    public void Incidents_InQueries_AreTheHubsKinds()
    {
        Assert.Contains("Incident {Kind}: purse {Purse}, subject {Subject}: {Detail}", Sources);
        var named = All().SelectMany(text => Incident().Matches(text)).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.Equal(["AuditDiffers", "EventConflict", "Poisoned"], named.Order(StringComparer.Ordinal));
        Assert.All(named, kind => Assert.True(Enum.TryParse<IncidentKind>(kind, out _), kind));
    }

    [Fact]
    public void Messages_InQueries_AreLogged()
    {
        string[] quoted =
        [
            "usage events could not be sent before the stop and are lost", "The hub can't start", "Nightly walk:",
            ": provider {Provider} failed with {Failure}",
        ];
        Assert.All(quoted, text =>
        {
            Assert.Contains(Sources, message => message.Contains(text, StringComparison.Ordinal));
            var sought = text.Contains('{', StringComparison.Ordinal) ? " failed with " : text;
            Assert.Contains(All(), query => query.Contains(sought, StringComparison.Ordinal));
        });
        Assert.Contains(
            $"failed with {UpstreamFailure.CodeOf(UpstreamFailureKind.FirstByteTimeout)}\"",
            Repository.Read("infra/queries/firstByte.kql"), StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_InQueries_Exist()
    {
        var functions = typeof(UsageFunctions).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>()
            .Append("SettleUsageServiceBus").ToHashSet();
        var named = FunctionList().Matches(Repository.Read("infra/queries/settlementLag.kql"))
            .SelectMany(match => Quoted().Matches(match.Groups[1].Value)).Select(match => match.Groups[1].Value).ToArray();
        Assert.Contains("SettleUsage", named);
        Assert.All(named, name => Assert.Contains(name, functions));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_BeginsByItsReason_AndAsksAKnownTable(string path)
    {
        var text = Repository.Read(path);
        Assert.StartsWith("// ", text, StringComparison.Ordinal);
        Assert.Matches(@"\b(AppTraces|AppRequests|AzureDiagnostics)\b", text);
        Assert.Contains(
            $"loadTextContent('../queries/{Path.GetFileName(path)}')", Repository.Read("infra/modules/alerts.bicep"), StringComparison.Ordinal);
    }

    /// <summary>An alert's text leads to what is to be done.</summary>
    [Fact]
    public void Alerts_Descriptions_NameHeadingsThatExist()
    {
        var links = DocumentLink().Matches(Repository.Read("infra/modules/alerts.bicep"));
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Matches(
            $"(?mi)^##+ {link.Groups[2].Value.Replace('-', ' ')}$", Repository.Read($"docs/{link.Groups[1].Value}.md")));
    }

    /// <summary>A sampled incident would be an alert that does not come.</summary>
    [Fact]
    public void Traces_AreNotSampled()
    {
        using var host = JsonDocument.Parse(Repository.Read("host.json"));
        var sampling = host.RootElement.GetProperty("logging").GetProperty("applicationInsights").GetProperty("samplingSettings");
        Assert.Contains("Trace", sampling.GetProperty("excludedTypes").GetString()!.Split(';'));
    }

    private static IEnumerable<string> All()
    {
        using var workbook = JsonDocument.Parse(Repository.Read("infra/queries/workbook.json"));
        var shown = workbook.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("content").TryGetProperty("query", out var query) ? query.GetString()! : "").ToArray();
        return Repository.Files("infra/queries", "*.kql").Select(Repository.Read).Concat(shown);
    }

    [GeneratedRegex(@"docs/(\w+)\.md#([\w-]+)")]
    private static partial Regex DocumentLink();

    [GeneratedRegex(@"Message = ""([^""]+)""")]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"""Incident (\w+):")]
    private static partial Regex Incident();

    [GeneratedRegex(@"dynamic\(\[([^\]]*)\]\)")]
    private static partial Regex FunctionList();

    [GeneratedRegex(@"""(\w+)""")]
    private static partial Regex Quoted();
}
