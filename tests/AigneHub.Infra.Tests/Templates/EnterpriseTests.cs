using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>A company's gateway: nothing of it is on the internet.</summary>
[Collection(BicepCollection.Name)]
public sealed class EnterpriseTests(BicepCompiler compiler)
{
    private const string Endpoints = "Microsoft.Network/privateEndpoints";
    private const string Zones = "Microsoft.Network/privateDnsZones";
    private const string MonitorGroup = "azuremonitor";

    /// <summary>Types that could be reached from outside, all of which must say that they can't be.</summary>
    private static readonly string[] Reachable =
        ["Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults", "Microsoft.Web/sites", "Microsoft.ServiceBus/namespaces"];

    private static readonly Dictionary<string, string[]> ZonesOf = new()
    {
        ["blob"] = ["privatelink.blob.core.windows.net"],
        ["queue"] = ["privatelink.queue.core.windows.net"],
        ["table"] = ["privatelink.table.core.windows.net"],
        ["vault"] = ["privatelink.vaultcore.azure.net"],
        ["sites"] = ["privatelink.azurewebsites.net"],
        ["namespace"] = ["privatelink.servicebus.windows.net"],
        [MonitorGroup] =
        [
            "privatelink.monitor.azure.com", "privatelink.oms.opinsights.azure.com", "privatelink.ods.opinsights.azure.com",
            "privatelink.agentsvc.azure-automation.net", "privatelink.blob.core.windows.net",
        ],
    };

    [Theory]
    [MemberData(nameof(Deployments.Enterprise), MemberType = typeof(Deployments))]
    public void PublicAccess_OfEverything_IsDisabled(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var monitoring = deployment.EndsWith("other monitoring", StringComparison.Ordinal);
        Assert.All(Reachable[..3], type => Assert.NotEmpty(snapshot.Of(type)));
        Assert.All(
            snapshot.Resources.Where(resource => Reachable.Contains(resource.Type)),
            resource => Assert.Equal("Disabled", resource.Property("publicNetworkAccess")));
        Assert.All(snapshot.Resources, resource =>
        {
            string[] names = ["publicNetworkAccess", "publicNetworkAccessForIngestion", "publicNetworkAccessForQuery"];
            Assert.All(
                names.SelectMany(resource.Everywhere),
                access => Assert.Equal(
                    monitoring && IsMonitoring(resource) ? "Enabled" : "Disabled", access.GetString()));
            Assert.All(resource.Everywhere("networkAcls"), rules =>
            {
                Assert.Equal("Deny", rules.GetProperty("defaultAction").GetString());
                Assert.Equal("None", rules.GetProperty("bypass").GetString());
            });
            Assert.All(resource.Everywhere("publicAccess"), access => Assert.Equal("None", access.GetString()));
        });
        var site = snapshot.TheOnly("Microsoft.Web/sites");
        Assert.Equal("Deny", site.Property("siteConfig.ipSecurityRestrictionsDefaultAction"));
        Assert.Equal("Deny", site.Property("siteConfig.scmIpSecurityRestrictionsDefaultAction"));
        Assert.Equal("[]", site.Property("siteConfig.scmIpSecurityRestrictions"));
    }

    [Theory]
    [MemberData(nameof(Deployments.Enterprise), MemberType = typeof(Deployments))]
    public void PublicAddresses_AreOnlyForCallsOut(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var nat = snapshot.Of("Microsoft.Network/natGateways").SelectMany(gateway => gateway.Everywhere("publicIpAddresses"));
        Assert.Equal(snapshot.Of("Microsoft.Network/publicIPAddresses").Count(), nat.Count());
        Assert.DoesNotContain(snapshot.Resources, resource => resource.Type.StartsWith("Microsoft.Cdn/", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Deployments.Enterprise), MemberType = typeof(Deployments))]
    public void PrivateEndpoints_LeadToEverythingThatIsUsed_WithTheirZones(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var settings = snapshot.AppSettings;
        var groups = snapshot.Of(Endpoints).Select(endpoint => (Target: TargetOf(endpoint), Group: GroupOf(endpoint))).ToArray();
        List<(string, string)> expected =
        [
            ($"{snapshot.Storage("strun").Id}", "blob"), ($"{snapshot.Storage("strun").Id}", "table"),
            ($"{snapshot.Storage("stled").Id}", "blob"), ($"{snapshot.Storage("stled").Id}", "queue"),
            ($"{snapshot.Storage("stled").Id}", "table"),
            (snapshot.TheOnly("Microsoft.KeyVault/vaults").Id, "vault"), (snapshot.TheOnly("Microsoft.Web/sites").Id, "sites"),
        ];
        expected.AddRange(snapshot.Of("Microsoft.ServiceBus/namespaces").Select(bus => (bus.Id, "namespace")));
        expected.AddRange(snapshot.Of("Microsoft.Insights/privateLinkScopes").Select(scope => (Fold(scope.Id), MonitorGroup)));
        Assert.Equal(
            expected.Select(pair => (Fold(pair.Item1), pair.Item2)).Order(),
            groups.Select(pair => (Fold(pair.Target), pair.Group)).Order());

        // Each storage address among the settings has its endpoint.
        var storage = settings.Where(setting => setting.Key.EndsWith("ServiceUri", StringComparison.Ordinal))
            .Select(setting => new Uri(setting.Value).Host.Split('.'));
        Assert.All(storage, host => Assert.Contains(
            groups, pair => pair.Group == host[1] && pair.Target.EndsWith("/" + host[0], StringComparison.Ordinal)));

        Assert.All(snapshot.Of(Endpoints), endpoint =>
        {
            var group = Assert.Single(
                snapshot.Of($"{Endpoints}/privateDnsZoneGroups"), group => group.Name == $"{endpoint.Name}/default");
            var zones = group.Everywhere("privateDnsZoneId").Select(id => ZoneOf(id.GetString()!));
            Assert.Equal(ZonesOf[GroupOf(endpoint)], zones);
        });
    }

    [Theory]
    [MemberData(nameof(Deployments.Enterprise), MemberType = typeof(Deployments))]
    public void DnsZones_AreMadeAndLinked_UnlessTheyExist(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var used = snapshot.Resources.SelectMany(resource => resource.Everywhere("privateDnsZoneId"))
            .Select(id => id.GetString()!).ToArray();
        if (deployment.EndsWith("zones", StringComparison.Ordinal))
        {
            Assert.Empty(snapshot.Of(Zones));
            Assert.All(used, id => Assert.Contains(Deployments.ZonesGroup, id, StringComparison.Ordinal));
            return;
        }

        var zones = snapshot.Of(Zones).Select(zone => TemplateValue.Resolve(zone.Name)).Order().ToArray();
        Assert.Equal(used.Select(ZoneOf).Distinct().Order(), zones);
        var links = snapshot.Of($"{Zones}/virtualNetworkLinks").ToArray();
        Assert.Equal(zones, links.Select(link => TemplateValue.Resolve(link.Name).Split('/')[0]).Order());
        var network = snapshot.Of("Microsoft.Network/virtualNetworks").Select(made => made.Id).SingleOrDefault()
            ?? Deployments.AppSubnet[..Deployments.AppSubnet.IndexOf("/subnets", StringComparison.Ordinal)];
        Assert.All(links, link => Assert.Equal(network, link.Property("virtualNetwork.id")));
    }

    [Theory]
    [MemberData(nameof(Deployments.Enterprise), MemberType = typeof(Deployments))]
    public void Site_CallsOutThroughTheDelegatedSubnet(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var subnet = snapshot.TheOnly("Microsoft.Web/sites").Property("virtualNetworkSubnetId");
        if (deployment.Contains("existing network", StringComparison.Ordinal))
        {
            Assert.Equal(Deployments.AppSubnet, subnet);
            Assert.Empty(snapshot.Of("Microsoft.Network/virtualNetworks"));
            Assert.All(snapshot.Of(Endpoints), endpoint => Assert.Equal(Deployments.EndpointSubnet, endpoint.Property("subnet.id")));
            return;
        }

        var network = snapshot.TheOnly("Microsoft.Network/virtualNetworks");
        var subnets = network.Properties.GetProperty("subnets").EnumerateArray()
            .ToDictionary(made => made.GetProperty("name").GetString()!);
        Assert.Equal($"{network.Id}/subnets/snet-app", subnet);
        var app = subnets["snet-app"].GetProperty("properties");
        Assert.Equal(
            "Microsoft.App/environments",
            Assert.Single(app.GetProperty("delegations").EnumerateArray()).GetProperty("properties")
                .GetProperty("serviceName").GetString());
        Assert.Equal("10.80.0.0/24", app.GetProperty("addressPrefix").GetString());
        var endpoints = subnets["snet-endpoints"].GetProperty("properties");
        Assert.False(endpoints.TryGetProperty("delegations", out _));
        Assert.Equal("10.80.1.0/25", endpoints.GetProperty("addressPrefix").GetString());
        Assert.All(subnets.Values, made => Assert.True(made.GetProperty("properties").TryGetProperty("networkSecurityGroup", out _)));
        Assert.All(
            snapshot.Of(Endpoints), endpoint => Assert.Equal($"{network.Id}/subnets/snet-endpoints", endpoint.Property("subnet.id")));
    }

    [Theory]
    [MemberData(nameof(Deployments.Enterprise), MemberType = typeof(Deployments))]
    public void ServiceBus_IsPremium_AndOnlyThereWhenChosen(string deployment)
    {
        var chosen = Deployments.Of(deployment).ContainsKey("usageQueue");
        var buses = compiler.Snapshot(deployment).Of("Microsoft.ServiceBus/namespaces").ToArray();
        Assert.Equal(chosen ? 1 : 0, buses.Length);
        Assert.All(buses, bus => Assert.Equal("Premium", bus.Json.GetProperty("sku").GetProperty("name").GetString()));
    }

    private static bool IsMonitoring(PredictedResource resource) =>
        resource.Is("Microsoft.OperationalInsights/workspaces") || resource.Is("Microsoft.Insights/components");

    private static string TargetOf(PredictedResource endpoint) =>
        Assert.Single(endpoint.Everywhere("privateLinkServiceId")).GetString()!;

    private static string GroupOf(PredictedResource endpoint) =>
        Assert.Single(Assert.Single(endpoint.Everywhere("groupIds")).EnumerateArray()).GetString()!;

    private static string ZoneOf(string id) => TemplateValue.Resolve(id).Split('/')[^1];

    /// <summary>Azure's ids ignore case.</summary>
    private static string Fold(string id) => id.ToUpperInvariant();
}
