using System.Text.RegularExpressions;
using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>What holds in both modes: no keys, least rights, logs, alerts.</summary>
[Collection(BicepCollection.Name)]
public sealed partial class HardeningTests(BicepCompiler compiler)
{
    private static readonly Dictionary<string, string> RoleIds = new()
    {
        ["Storage Blob Data Owner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["Storage Blob Data Contributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["Storage Table Data Contributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        ["Storage Queue Data Contributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["Key Vault Secrets User"] = "4633458b-17de-408a-b874-0445c86b69e6",
        ["Monitoring Metrics Publisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
        ["Azure Service Bus Data Sender"] = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
        ["Azure Service Bus Data Receiver"] = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    };

    /// <summary>What the document calls a thing → what its id has.</summary>
    private static readonly Dictionary<string, string> Things = new()
    {
        ["runtime storage"] = "/storageAccounts/strun",
        ["ledger storage"] = "/storageAccounts/stled",
        ["vault"] = "/vaults/kv-",
        ["Application Insights"] = "/components/appi-",
        ["queue `usage`"] = "/queues/usage",
    };

    /// <summary>The rows of docs/deploy-provider.md: role, thing.</summary>
    private static readonly (string Role, string Thing)[] Rights =
    [
        .. RightsRow().Matches(Repository.Read("docs/deploy-provider.md")).Where(row => Things.ContainsKey(row.Groups[2].Value))
            .SelectMany(row => row.Groups[1].Value.Split(", ").Where(RoleIds.ContainsKey)
                .Select(role => (RoleIds[role], Things[row.Groups[2].Value]))),
    ];

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Keys_OfServices_AreOff(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var accounts = snapshot.Of("Microsoft.Storage/storageAccounts").ToArray();
        Assert.Equal(2, accounts.Length);
        Assert.All(accounts, account =>
        {
            Assert.Equal("False", account.Property("allowSharedKeyAccess"));
            Assert.Equal("False", account.Property("allowBlobPublicAccess"));
            Assert.Equal("True", account.Property("supportsHttpsTrafficOnly"));
            Assert.Equal("TLS1_2", account.Property("minimumTlsVersion"));
        });
        Assert.Equal("True", snapshot.TheOnly("Microsoft.Insights/components").Property("DisableLocalAuth"));
        Assert.Equal("True", snapshot.TheOnly("Microsoft.OperationalInsights/workspaces").Property("features.disableLocalAuth"));
        Assert.All(snapshot.Of("Microsoft.ServiceBus/namespaces"), bus =>
        {
            Assert.Equal("True", bus.Property("disableLocalAuth"));
            Assert.Equal("1.2", bus.Property("minimumTlsVersion"));
        });
        var passwords = snapshot.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(["ftp", "scm"], passwords.Select(policy => policy.LeafName).Order());
        Assert.All(passwords, policy => Assert.Equal("False", policy.Property("allow")));
        Assert.All(snapshot.Resources, resource =>
        {
            Assert.DoesNotContain("listKeys", resource.Json.GetRawText(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("AccountKey=", resource.Json.GetRawText(), StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Vault_IsByRolesAndCantBePurged(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var vault = snapshot.TheOnly("Microsoft.KeyVault/vaults");
        Assert.Equal("True", vault.Property("enableRbacAuthorization"));
        Assert.Equal("True", vault.Property("enablePurgeProtection"));
        Assert.Equal("True", vault.Property("enableSoftDelete"));
        Assert.Null(vault.Property("accessPolicies"));
        // Their values are made by a hook, and never pass through a deployment.
        Assert.Empty(snapshot.Of("Microsoft.KeyVault/vaults/secrets"));
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Roles_AreTheKnownOnes_OnOneThingEach(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var assignments = snapshot.Of("Microsoft.Authorization/roleAssignments").ToArray();
        var withBus = snapshot.Of("Microsoft.ServiceBus/namespaces").Any();
        var withDeployer = Deployments.Of(deployment).ContainsKey("principalId");
        Assert.Equal(7 + (withBus ? 2 : 0) + (withDeployer ? 1 : 0), assignments.Length);
        Assert.All(assignments, assignment =>
        {
            var role = assignment.Property("roleDefinitionId")!.Split('/')[^1];
            var scope = assignment.Id[..assignment.Id.IndexOf("/providers/Microsoft.Authorization", StringComparison.Ordinal)];
            Assert.Contains((role, ThingOf(scope)), Rights);
            Assert.NotNull(assignment.Property("principalType"));
            if (!assignment.Property("principalId")!.Contains("principalId.value", StringComparison.Ordinal))
            {
                // The deployer reads secrets, and nothing else.
                Assert.Equal("11111111-1111-1111-1111-111111111111", assignment.Property("principalId"));
                Assert.Contains("/vaults/", scope, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal("ServicePrincipal", assignment.Property("principalType"));
            }
        });
        var pairs = assignments.Select(assignment => (
            assignment.Id[..assignment.Id.LastIndexOf("/providers", StringComparison.Ordinal)],
            assignment.Property("roleDefinitionId"), assignment.Property("principalId"))).ToArray();
        Assert.Equal(pairs.Distinct(), pairs);
    }

    [Fact]
    public void Rights_OfTheDocument_AreAllGiven() => Assert.Equal(
        Rights.Distinct().Order(),
        compiler.Snapshot("enterprise, everything").Of("Microsoft.Authorization/roleAssignments")
            .Select(assignment => (assignment.Property("roleDefinitionId")!.Split('/')[^1], ThingOf(assignment.Id))).Distinct().Order());

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Ledger_IsApartAndCantBeDeleted(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var ledger = snapshot.Storage("stled");
        var settings = snapshot.AppSettings;
        Assert.StartsWith($"https://{ledger.Name}.table.", settings["AigneHubStorage__tableServiceUri"], StringComparison.Ordinal);
        Assert.StartsWith($"https://{ledger.Name}.queue.", settings["AigneHubStorage__queueServiceUri"], StringComparison.Ordinal);
        Assert.DoesNotContain(settings, setting =>
            setting.Key.StartsWith("AzureWebJobsStorage", StringComparison.Ordinal)
            && setting.Value.Contains(ledger.Name, StringComparison.Ordinal));
        var locks = snapshot.Of("Microsoft.Authorization/locks").ToArray();
        var locked = !Deployments.Of(deployment).ContainsKey("ledgerDeleteLock");
        Assert.Equal(locked ? 1 : 0, locks.Length);
        Assert.All(locks, found =>
        {
            Assert.Equal("CanNotDelete", found.Property("level"));
            Assert.StartsWith(ledger.Id, found.Id, StringComparison.Ordinal);
        });
        Assert.All(
            snapshot.Of("Microsoft.Storage/storageAccounts/blobServices"),
            blobs => Assert.Equal("True", blobs.Property("deleteRetentionPolicy.enabled")));
    }

    [Theory]
    [InlineData("enterprise", "Standard_LRS", "Standard_LRS")]
    [InlineData("provider, everything", "Standard_ZRS", "Standard_ZRS")]
    [InlineData("enterprise, everything", "Standard_ZRS", "Standard_GZRS")]
    public void Redundancy_IsAsAskedFor(string deployment, string runtime, string ledger)
    {
        var snapshot = compiler.Snapshot(deployment);
        Assert.Equal(runtime, Sku(snapshot.Storage("strun")));
        Assert.Equal(ledger, Sku(snapshot.Storage("stled")));
        Assert.Equal(
            runtime == "Standard_ZRS" ? "True" : "False", snapshot.TheOnly("Microsoft.Web/serverfarms").Property("zoneRedundant"));
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Diagnostics_GoToTheWorkspace(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var workspace = snapshot.TheOnly("Microsoft.OperationalInsights/workspaces").Id;
        var settings = snapshot.Of("Microsoft.Insights/diagnosticSettings").ToArray();
        Assert.All(settings, setting => Assert.Equal(workspace, setting.Property("workspaceId")));
        string[] watched =
        [
            "Microsoft.Web/sites", "Microsoft.KeyVault/vaults", "Microsoft.ServiceBus/namespaces", "Microsoft.Cdn/profiles",
            "Microsoft.Storage/storageAccounts/blobServices", "Microsoft.Storage/storageAccounts/queueServices",
            "Microsoft.Storage/storageAccounts/tableServices",
        ];
        Assert.All(
            snapshot.Resources.Where(resource => watched.Contains(resource.Type)),
            resource => Assert.Single(
                settings, setting => setting.Id.StartsWith($"{resource.Id}/providers/Microsoft.Insights", StringComparison.Ordinal)));
        var audit = Assert.Single(settings, setting => setting.Id.Contains("/vaults/", StringComparison.Ordinal));
        Assert.Contains("audit", audit.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Alerts_TellTheActionGroup(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var group = snapshot.TheOnly("Microsoft.Insights/actionGroups");
        var emails = Deployments.Of(deployment).TryGetValue("alertEmails", out var text) ? ((string)text).Split(", ") : [];
        Assert.Equal(emails, group.Everywhere("emailAddress").Select(email => email.GetString()));
        var alerts = snapshot.Of("Microsoft.Insights/scheduledQueryRules")
            .Concat(snapshot.Of("Microsoft.Insights/metricAlerts")).ToArray();
        string[] expected =
        [
            "audit-difference", "first-byte", "incidents", "poison", "provider-down", "queue-backlog", "server-errors",
            "settlement-lag",
        ];
        Assert.Equal(
            snapshot.Of("Microsoft.ServiceBus/namespaces").Any()
                ? expected.Append("dead-letters").Order(StringComparer.Ordinal)
                : expected,
            alerts.Select(alert => alert.Name).Order(StringComparer.Ordinal));
        Assert.All(alerts, alert => Assert.Contains(group.Id, alert.Json.GetRawText(), StringComparison.Ordinal));
        Assert.All(alerts, alert => Assert.Equal("True", alert.Property("enabled")));
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Budget_IsThereWhenAskedFor(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var budgets = snapshot.Of("Microsoft.Consumption/budgets").ToArray();
        Assert.Equal(Deployments.Of(deployment).ContainsKey("monthlyBudget") ? 1 : 0, budgets.Length);
        Assert.All(budgets, budget =>
        {
            Assert.Equal("500", budget.Property("amount"));
            Assert.Equal("2030-01-01", budget.Property("timePeriod.startDate"));
        });
    }

    private static string ThingOf(string id) => Assert.Single(Things.Values, thing => id.Contains(thing, StringComparison.Ordinal));

    private static string Sku(PredictedResource account) => account.Json.GetProperty("sku").GetProperty("name").GetString()!;

    [GeneratedRegex(@"^\| ([^|]+?)(?:, for who deploys)? \| ([^|]+) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex RightsRow();
}
