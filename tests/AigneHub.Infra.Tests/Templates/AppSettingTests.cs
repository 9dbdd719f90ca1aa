using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using AigneHub.Core.Secrets;
using AigneHub.Core.Usage;
using AigneHub.Functions;
using AigneHub.Gateway.Identity;
using AigneHub.Infra.Tests.Compiler;
using AigneHub.Providers.Upstream;
using AigneHub.Storage.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>The app settings of a deployment, read by the hub's own composition.</summary>
[Collection(BicepCollection.Name)]
public sealed partial class AppSettingTests(BicepCompiler compiler)
{
    /// <summary>Read by the Functions host and by the identity library.</summary>
    private static readonly string[] Foreign =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AZURE_CLIENT_ID",
        "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential",
        "AzureWebJobsStorage__tableServiceUri",
    ];

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Settings_OfDeployment_AreRead(string deployment)
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        var known = sample.RootElement.GetProperty("Values").EnumerateObject().Select(setting => setting.Name)
            .Concat(Foreign).ToHashSet();
        Assert.All(
            compiler.Snapshot(deployment).AppSettings.Keys,
            name => Assert.True(known.Contains(name) || DisabledFunction().IsMatch(name), $"Nothing reads {name}."));
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Hub_WithTheSettings_IsComposedAsMeant(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var parameters = Deployments.Of(deployment);
        var settings = Resolved(snapshot.AppSettings);
        var configuration = Configuration(settings);
        using var services = new ServiceCollection().AddHub(configuration).BuildServiceProvider();

        var hub = services.GetRequiredService<HubOptions>();
        Assert.Equal(Deployments.IsEnterprise(deployment) ? HubMode.Enterprise : HubMode.Provider, hub.Mode);
        Assert.Equal(parameters.GetValueOrDefault("simulatedProvider", true), hub.SimulatedProvider);
        Assert.Equal(parameters.GetValueOrDefault("usageQueue", "StorageQueue"), hub.UsageQueue.ToString());
        Assert.Equal(
            parameters.GetValueOrDefault("privateUpstreams", false), services.GetRequiredService<UpstreamOptions>().PrivateNetworks);

        var storage = StorageSettings.Read(configuration);
        Assert.Null(storage.ConnectionString);
        Assert.Equal(snapshot.Storage("stled").Name, storage.TableServiceUri!.Host.Split('.')[0]);
        Assert.Equal(snapshot.Storage("stled").Name, storage.QueueServiceUri!.Host.Split('.')[0]);
        Assert.Equal(snapshot.Storage("stled").Name, storage.BlobServiceUri!.Host.Split('.')[0]);
        Assert.NotEmpty(storage.ManagedIdentityClientId!);

        var masterKey = Assert.IsType<KeyVaultMasterKey>(services.GetRequiredService<IMasterKey>());
        Assert.Equal($"https://{snapshot.TheOnly("Microsoft.KeyVault/vaults").Name}.vault.azure.net/secrets/master-key", masterKey.Id);
    }

    [Fact]
    public void Payments_ByStripe_HaveWhatTheyNeed_OnceTheVaultIsRead()
    {
        var settings = compiler.Snapshot("provider, Stripe").AppSettings;
        using (var off = new ServiceCollection().AddHub(Configuration(settings)).BuildServiceProvider())
        {
            // The hub serves, without these payments; the text of a reference is never taken for a secret.
            Assert.Null(off.GetService<IPaymentProvider>());
            Assert.False(off.GetRequiredService<PaymentGate>().HasProvider);
        }

        using var services = new ServiceCollection().AddHub(Configuration(Resolved(settings))).BuildServiceProvider();
        Assert.NotNull(services.GetService<IPaymentProvider>());
    }

    [Fact]
    public void Entra_OfDeployment_IsTakenAsMeant()
    {
        using var services = new ServiceCollection()
            .AddHub(Configuration(Resolved(compiler.Snapshot("enterprise, everything").AppSettings))).BuildServiceProvider();
        var entra = services.GetRequiredService<IdentityOptions>().Entra;
        Assert.Equal("11111111-2222-3333-4444-555555555555", entra.Tenants);
        Assert.Equal("66666666-2222-3333-4444-555555555555", entra.Audiences);
        Assert.Equal(("Hub.Admin=administrator;Blue=member@team:blue", (bool?)false), (entra.Roles, entra.SignUp));
        Assert.DoesNotContain(
            compiler.Snapshot("enterprise").AppSettings.Keys, name => name.Contains("Identity", StringComparison.Ordinal));
    }

    /// <summary>The template deploys all settings at once: what it is not told of would be gone afterwards.</summary>
    [Fact]
    public void Settings_OfTheOperator_AreKept_AndTheTemplatesWin()
    {
        var parameters = Deployments.Of("provider");
        parameters["extraSettings"] = new Dictionary<string, string>
        {
            ["AigneHub__Gateway__StreamSecondsMax"] = "1200",
            ["STRANGER"] = "@Microsoft.KeyVault(SecretUri=https://vault.example.com/secrets/stranger)",
            ["aignehub__mode"] = "Enterprise",
            ["AIGNEHUB_ADMIN_KEY"] = "guessed",
        };
        var template = compiler.Snapshot("provider").AppSettings;
        var settings = compiler.SnapshotOf(parameters).AppSettings;
        Assert.All(template, setting => Assert.Equal(setting.Value, settings[setting.Key]));
        Assert.Equal(
            ["AigneHub__Gateway__StreamSecondsMax", "STRANGER"],
            settings.Keys.Except(template.Keys).Order(StringComparer.Ordinal));
        Assert.Equal("1200", settings["AigneHub__Gateway__StreamSecondsMax"]);
        Assert.Equal(
            "@Microsoft.KeyVault(SecretUri=https://vault.example.com/secrets/stranger)", settings["STRANGER"]);
    }

    /// <summary>What the platform could not resolve is no key.</summary>
    [Fact]
    public void AdministratorKey_IsASecretOfTheVault_AndNeverTheReferenceItself()
    {
        var snapshot = compiler.Snapshot("provider");
        var setting = snapshot.AppSettings[AdministratorKey.Setting];
        var vault = snapshot.TheOnly("Microsoft.KeyVault/vaults").Name;
        Assert.Equal($"@Microsoft.KeyVault(SecretUri=https://{vault}.vault.azure.net/secrets/admin-key)", setting);
        Assert.True(AdministratorKey.IsUnresolved(setting));
        Assert.Throws<ArgumentException>(() => AdministratorKey.RecordOf(setting, DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData("AigneHubStorage__tableServiceUri")]
    [InlineData("AigneHubStorage__queueServiceUri")]
    public void Hub_WithoutARequiredSetting_DoesNotCompose(string setting)
    {
        var settings = compiler.Snapshot("enterprise").AppSettings.Where(pair => pair.Key != setting);
        var refused = Assert.Throws<SettingsException>(() => new ServiceCollection().AddHub(Configuration(settings)));
        Assert.StartsWith($"{setting} is missing.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Triggers_OfTheOtherQueue_AreDisabled(string deployment)
    {
        var settings = compiler.Snapshot(deployment).AppSettings;
        string[] storage = [nameof(UsageFunctions.SettleUsage), nameof(UsageFunctions.KeepPoison)];
        var bus = FunctionName().Matches(Repository.Read("src/AigneHub.Functions/Azure/ServiceBusUsageFunctions.cs"))
            .Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(2, bus.Length);
        var disabled = settings.Where(setting => DisabledFunction().IsMatch(setting.Key) && setting.Value == "true")
            .Select(setting => DisabledFunction().Match(setting.Key).Groups[1].Value);
        Assert.Equal((settings["AigneHub__UsageQueue"] == "ServiceBus" ? storage : bus).Order(), disabled.Order());
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void ServiceBus_WhenChosen_HasItsSettings(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var settings = snapshot.AppSettings.Where(setting => setting.Key.StartsWith("AigneHubServiceBus__", StringComparison.Ordinal))
            .ToDictionary();
        if (snapshot.Of("Microsoft.ServiceBus/namespaces").SingleOrDefault() is not { } bus)
        {
            Assert.Empty(settings);
            return;
        }

        var read = BusSetting().Matches(Repository.Read("src/AigneHub.Functions/Azure/ServiceBusUsageServices.cs"))
            .Select(match => $"AigneHubServiceBus__{match.Groups[1].Value}").Append("AigneHubServiceBus__credential").Distinct();
        Assert.Equal(read.Order(), settings.Keys.Order());
        Assert.Equal($"{bus.Name}.servicebus.windows.net", settings["AigneHubServiceBus__fullyQualifiedNamespace"]);
        var queue = Assert.Single(snapshot.Of("Microsoft.ServiceBus/namespaces/queues"));
        Assert.Equal(UsageQueues.Usage, queue.LeafName);
        Assert.Equal("True", queue.Property("requiresDuplicateDetection"));

        // A pause fits into the lock, settling before it included, and the deliveries outlast a day.
        var pause = UsageMessageProcessor.RedeliveryPause;
        Assert.True(XmlConvert.ToTimeSpan(queue.Property("lockDuration")!) > 2 * pause);
        Assert.True(int.Parse(queue.Property("maxDeliveryCount")!, CultureInfo.InvariantCulture) * pause > TimeSpan.FromDays(1));
        Assert.Contains(
            "processor.SettleOrPauseAsync(", Repository.Read("src/AigneHub.Functions/Azure/ServiceBusUsageFunctions.cs"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Queues_OfTheLedger_AreTheHubs() => Assert.Equal(
        [UsageQueues.Usage, UsageQueues.UsagePoison],
        compiler.Snapshot("enterprise").Of("Microsoft.Storage/storageAccounts/queueServices/queues")
            .Select(queue => queue.LeafName).Order());

    /// <summary>A secret that the app refers to is made by the hook.</summary>
    [Fact]
    public void Secrets_ThatSettingsReferTo_AreMade()
    {
        var hook = Repository.Read("infra/hooks/postprovision.sh");
        Assert.Contains("sh \"$hooks/stripe.sh\"", hook, StringComparison.Ordinal);
        hook += Repository.Read("infra/hooks/stripe.sh");
        var named = compiler.Snapshot("provider, Stripe").AppSettings.Values.SelectMany(value => SecretName().Matches(value))
            .Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.Contains("admin-key", named);
        Assert.Contains("stripe-webhook-secret", named);
        Assert.All(named, name => Assert.Matches($"(?m)sh \"\\$hooks/secret.sh\" {name}$|^keep {name} ", hook));
    }

    /// <summary>As the platform hands them on when it could read the vault; the administrator's key has its own test.</summary>
    private static Dictionary<string, string> Resolved(IReadOnlyDictionary<string, string> settings) => settings.ToDictionary(
        setting => setting.Key,
        setting => setting.Key.StartsWith("AigneHub__Payments__Stripe", StringComparison.Ordinal) ? "a-secret" : setting.Value);

    private static IConfigurationRoot Configuration(IEnumerable<KeyValuePair<string, string>> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(
            setting => new KeyValuePair<string, string?>(
                setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value))).Build();

    [GeneratedRegex(@"^AzureWebJobs\.(\w+)\.Disabled$")]
    private static partial Regex DisabledFunction();

    [GeneratedRegex(@"\[Function\(nameof\((\w+)\)\)\]")]
    private static partial Regex FunctionName();

    [GeneratedRegex(@"\{Connection\}:(\w+)")]
    private static partial Regex BusSetting();

    [GeneratedRegex(@"/secrets/([\w-]+)")]
    private static partial Regex SecretName();
}
