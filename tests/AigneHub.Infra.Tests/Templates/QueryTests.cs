using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AigneHub.Core.Ledger;
using AigneHub.Core.Telemetry;
using AigneHub.Providers.Upstream;

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
        ];
        Assert.All(quoted, text =>
        {
            Assert.Contains(Sources, message => message.Contains(text, StringComparison.Ordinal));
            Assert.Contains(All(), query => query.Contains(text, StringComparison.Ordinal));
        });
    }

    /// <summary>
    /// A line with an exception reaches another table than one without (<see cref="LogShapeTests"/>): an alert that relies on it
    /// and asks the one table alone never comes.
    /// </summary>
    [Fact]
    public void Messages_WithAnException_AreLookedForAmongExceptions()
    {
        var withException = Repository.Files("src", "*.cs").Select(Repository.Read).SelectMany(text => LogMethod().Matches(text))
            .Where(match => match.Groups[2].Value.Contains("Exception ", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value).ToArray();
        var relied = All().Where(query => query.Contains("AppTraces", StringComparison.Ordinal))
            .SelectMany(query => withException.Where(message => IsAsked(query, message)).Select(message => (query, message))).ToArray();
        Assert.Contains(relied, pair => pair.message == "The hub can't start");
        Assert.Contains(relied, pair => pair.message.StartsWith("Incident audit:", StringComparison.Ordinal));
        Assert.Contains(relied, pair => pair.message.StartsWith("Incident: the stored configuration", StringComparison.Ordinal));
        Assert.Contains(relied, pair => pair.message.StartsWith("Incident: secrets can't", StringComparison.Ordinal));
        Assert.All(relied, pair => Assert.Contains(
            "(AppExceptions | extend Message = tostring(Properties.OriginalFormat)", pair.query, StringComparison.Ordinal));
    }

    [Fact]
    public void Measurements_InQueries_AreMeasured()
    {
        var instruments = Instruments();
        var named = All().SelectMany(text => Measurement().Matches(text)).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.Contains("aignehub.settlement.lag", named);
        Assert.All(named, name => Assert.Contains(name, instruments));
        // A table of measurements is asked for a measurement by its name.
        Assert.All(All(), text => Assert.Equal(Count(text, "AppMetrics"), Measurement().Count(text)));
    }

    [Fact]
    public void Attributes_InQueries_AreTheHubs()
    {
        var known = typeof(TelemetryNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        var named = All().SelectMany(text => Property().Matches(text)).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.Contains("aignehub.blame", named);
        Assert.All(named, name => Assert.Contains(name, known));
    }

    /// <summary>What attributes are compared with is what the code writes.</summary>
    [Fact]
    public void Values_InQueries_AreWritten()
    {
        var written = string.Concat(Repository.Files("src", "*.cs").Select(Repository.Read));
        var values = All().SelectMany(text => Compared().Matches(text)).SelectMany(match => Quoted().Matches(match.Value))
            .Select(match => match.Groups[1].Value).Where(value => !value.StartsWith("status_", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.Contains("first_byte_timeout", values);
        Assert.Contains("upstream", values);
        Assert.All(values, value => Assert.Contains($"\"{value}\"", written, StringComparison.Ordinal));
        Assert.Equal("first_byte_timeout", UpstreamFailure.CodeOf(UpstreamFailureKind.FirstByteTimeout));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_BeginsByItsReason_AndAsksAKnownTable(string path)
    {
        var text = Repository.Read(path);
        Assert.StartsWith("// ", text, StringComparison.Ordinal);
        Assert.Matches(@"\b(AppMetrics|AppTraces|AppRequests|AzureDiagnostics)\b", text);
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

    /// <summary>What is logged between invocations goes out by the worker itself; a sampled incident would be an alert that does not come.</summary>
    [Fact]
    public void Logs_GoOutByTheWorker_Unsampled()
    {
        using var host = JsonDocument.Parse(Repository.Read("host.json"));
        Assert.Equal("OpenTelemetry", host.RootElement.GetProperty("telemetryMode").GetString());
        Assert.Contains("UseFunctionsWorkerDefaults()", Repository.Read("src/AigneHub.Functions/Azure/Program.cs"), StringComparison.Ordinal);
        Assert.Contains(
            "EnableTraceBasedLogsSampler = false", Repository.Read("src/AigneHub.Telemetry/TelemetryServices.cs"), StringComparison.Ordinal);
    }

    private static HashSet<string> Instruments()
    {
        HashSet<string> names = [];
        using var meter = new Meter(TelemetryNames.Source);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == meter)
                {
                    names.Add(instrument.Name);
                }
            },
        };
        listener.Start();
        _ = new HubMetrics(meter);
        HubGauges.Add(meter, null!, null!, null!); // Nobody reads them.
        return names;
    }

    private static bool IsAsked(string query, string message) => Asked().Matches(query).Any(asked => asked.Groups[1].Value switch
    {
        "startswith" => message.StartsWith(asked.Groups[2].Value, StringComparison.Ordinal),
        "has" => message.Contains(asked.Groups[2].Value, StringComparison.Ordinal),
        _ => message == asked.Groups[2].Value,
    });

    private static int Count(string text, string word) => Regex.Count(text, $@"\b{word}\b");

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

    /// <summary>A line's text, and the parameters of its method.</summary>
    [GeneratedRegex(@"Message = ""([^""]+)""\)\]\s*(?:\w+ )*partial void \w+\(([^)]*)\)")]
    private static partial Regex LogMethod();

    [GeneratedRegex(@"Message (startswith|has|==) ""([^""]+)""")]
    private static partial Regex Asked();

    [GeneratedRegex(@"""Incident (\w+):")]
    private static partial Regex Incident();

    [GeneratedRegex(@"\bName == ""([^""]+)""")]
    private static partial Regex Measurement();

    [GeneratedRegex(@"Properties\[""([^""]+)""\]")]
    private static partial Regex Property();

    [GeneratedRegex(@"(\]\)|Result|State) (==|!=|in|!in) (""[^""]*""|\([^)]*\))")]
    private static partial Regex Compared();

    [GeneratedRegex(@"""(\w+)""")]
    private static partial Regex Quoted();
}
