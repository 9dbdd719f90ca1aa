using System.Text.Json;
using System.Text.RegularExpressions;
using AigneHub.Billing;
using AigneHub.Core.Archive;
using AigneHub.Core.Leases;
using AigneHub.Core.Notices;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Functions;
using AigneHub.Functions.Local;
using AigneHub.Gateway;
using AigneHub.Gateway.Identity;
using AigneHub.LocalRuntime.Hosting;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>
/// The app's settings are what its composition asks the configuration for; the sample file and the README's table name
/// exactly these, with the defaults in force.
/// </summary>
public sealed partial class SettingsTests
{
    /// <summary>Read by the Functions host and its triggers, by the logging library.</summary>
    private static readonly string[] Foreign =
    [
        "FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "AigneHubStorage__credential", "AigneHubServiceBus__credential",
        "Logging__LogLevel__Default",
    ];

    private static readonly Dictionary<string, string> Sample = ReadSample();

    [Fact]
    public void Sample_Settings_AreWhatIsRead()
    {
        Assert.Empty(Known().Except(Sample.Keys.Select(Generic)));
        Assert.Empty(Sample.Keys.Select(Generic).Except(Known()));
    }

    [Fact]
    public void Readme_SettingsTables_NameWhatIsRead()
    {
        var vendors = ProviderTable.Rows.SelectMany(row => new[] { row.KeySetting, row.BaseUrlSetting });
        var read = Known().Except(vendors).ToArray();
        Assert.Empty(read.Except(ReadmeDefaults().Keys));
        Assert.Empty(ReadmeDefaults().Keys.Except(read));
    }

    [Fact]
    public void Readme_Defaults_AreTheSamples()
    {
        var readme = ReadmeDefaults();
        var numbers = Sample.Where(setting => setting.Value.Length > 0 && setting.Value.All(char.IsAsciiDigit)).ToArray();
        Assert.NotEmpty(numbers);
        Assert.All(numbers, setting => Assert.Equal($"`{setting.Value}`", readme[setting.Key]));
    }

    [Fact]
    public void Sample_Values_AreTheDefaults()
    {
        var configuration = Configuration(Sample);
        Same(new GatewayOptions(), HubComposition.Bind<GatewayOptions>(configuration, "AigneHub:Gateway"));
        Same(new UpstreamOptions(), HubComposition.Bind<UpstreamOptions>(configuration, "AigneHub:Upstream"));
        Same(new UsageFlusherOptions(), HubComposition.Bind<UsageFlusherOptions>(configuration, "AigneHub:Usage"));
        Same(new ArchiveOptions(), HubComposition.Bind<ArchiveOptions>(configuration, "AigneHub:Archive"));
        Same(new PaymentOptions(), HubComposition.Bind<PaymentOptions>(configuration, "AigneHub:Payments"));
        Same(new NotificationOptions(), HubComposition.Bind<NotificationOptions>(configuration, "AigneHub:Notifications"));
        Same(new TelemetryOptions(), HubComposition.Bind<TelemetryOptions>(configuration, "AigneHub:Telemetry"));
        Same(
            new IdentityOptions { Issuers = { ["example"] = new IssuerOptions() } },
            HubComposition.Bind<IdentityOptions>(configuration, "AigneHub:Identity"));
        Same(new LeaseOptions(), HubComposition.Bind<LeaseOptions>(configuration, "AigneHub:Leases"));
        // The sample is for a local hub, which switches the simulated provider on.
        Same(new HubOptions { SimulatedProvider = true }, HubComposition.Bind<HubOptions>(configuration, "AigneHub"));
        Assert.Equal(RuntimeSettings.Read(Configuration([])), RuntimeSettings.Read(configuration));
    }

    [Fact]
    public void Sample_Values_HoldNoSecret() => Assert.All(
        Sample.Where(setting => setting.Key.EndsWith("_KEY", StringComparison.Ordinal)), setting => Assert.Empty(setting.Value));

    private static IEnumerable<string> Known()
    {
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var sections = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        // A vendor's further settings are only read when it has a key, or a base URL where it needs none.
        var vendors = ProviderTable.Rows.Select(row =>
            row.NeedsKey && row.DefaultBaseUrl.Length > 0 ? (row.KeySetting, "key") : (row.BaseUrlSetting, "http://localhost:1"));
        // Of those that are configured by their base URL, what they can't be without; AWS's are all read without a token.
        IEnumerable<(string, string)> credentials =
        [
            ("AZURE_OPENAI_API_KEY", "key"), ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "key"),
        ];
        var recording = new RecordingConfiguration(
            Configuration(Sample.Concat(
                vendors.Concat(credentials).Select(v => new KeyValuePair<string, string>(v.Item1, v.Item2)))),
            values, sections);
        new ServiceCollection().AddHub(recording);
        RuntimeSettings.Read(recording);
        return RecordingConfiguration.Settings(values, sections)
            .Append(LocalHub.DataFolderSetting)
            .Append("AzureWebJobs.<Function>.Disabled")
            // Read by the name that a configuration document says.
            .Append("AigneHub__Secrets__<NAME>")
            .Concat(ServiceBusSettings())
            .Concat(Foreign)
            .Select(Generic)
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>The Azure form's code is not compiled here.</summary>
    private static IEnumerable<string> ServiceBusSettings() =>
        ServiceBusSetting().Matches(Repository.Read("src/AigneHub.Functions/Azure/ServiceBusUsageServices.cs"))
            .Select(match => $"AigneHubServiceBus__{match.Groups[1].Value}");

    /// <summary>One name for all vendors' and all functions' settings of a kind.</summary>
    private static string Generic(string setting) =>
        PerFunction().Replace(
            PerIssuer().Replace(
                PerProvider().Replace(PerSecret().Replace(setting, "AigneHub__Secrets__<NAME>"), "AigneHub__Providers__<id>__"), "AigneHub__Identity__Issuers__<name>__"),
            "AzureWebJobs.<Function>.Disabled");

    private static Dictionary<string, string> ReadmeDefaults() => SettingRow().Matches(Repository.Read("README.md"))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim());

    private static Dictionary<string, string> ReadSample()
    {
        using var document = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        return document.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);
    }

    private static IConfigurationRoot Configuration(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in settings)
        {
            values[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    private static void Same<T>(T expected, T actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));

    /// <summary>A row whose first cell is a setting and whose second is its default.</summary>
    [GeneratedRegex(@"^\| `([A-Z][\w.<>]*)` \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex(@"\{Connection\}:(\w+)")]
    private static partial Regex ServiceBusSetting();

    [GeneratedRegex(@"^AigneHub__Providers__[^_]+(-[^_]+)*__")]
    private static partial Regex PerProvider();

    [GeneratedRegex("^AigneHub__Identity__Issuers__[^_]+__")]
    private static partial Regex PerIssuer();

    [GeneratedRegex("^AigneHub__Secrets__[A-Z]+$")]
    private static partial Regex PerSecret();

    [GeneratedRegex(@"^AzureWebJobs\.\w+\.Disabled$")]
    private static partial Regex PerFunction();
}
