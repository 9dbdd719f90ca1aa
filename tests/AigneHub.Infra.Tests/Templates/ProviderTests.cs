using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>A paid service on the internet.</summary>
[Collection(BicepCollection.Name)]
public sealed class ProviderTests(BicepCompiler compiler)
{
    [Theory]
    [MemberData(nameof(Deployments.Provider), MemberType = typeof(Deployments))]
    public void Network_OfProvider_IsNone(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        Assert.DoesNotContain(snapshot.Resources, resource =>
            resource.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal)
            && !resource.Type.Contains("FrontDoor", StringComparison.Ordinal));
        Assert.Equal("Enabled", snapshot.TheOnly("Microsoft.Web/sites").Property("publicNetworkAccess"));
        Assert.Null(snapshot.TheOnly("Microsoft.Web/sites").Property("virtualNetworkSubnetId"));
        Assert.All(
            snapshot.Of("Microsoft.ServiceBus/namespaces"),
            bus => Assert.Equal("Standard", bus.Json.GetProperty("sku").GetProperty("name").GetString()));
    }

    [Theory]
    [MemberData(nameof(Deployments.Provider), MemberType = typeof(Deployments))]
    public void Site_BehindFrontDoor_TakesCallsFromThereOnly(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var site = snapshot.TheOnly("Microsoft.Web/sites");
        var restrictions = site.Properties.GetProperty("siteConfig").GetProperty("ipSecurityRestrictions");
        if (!Deployments.Of(deployment).ContainsKey("frontDoor"))
        {
            Assert.Empty(snapshot.Of("Microsoft.Cdn/profiles"));
            Assert.Equal("Allow", site.Property("siteConfig.ipSecurityRestrictionsDefaultAction"));
            Assert.Empty(restrictions.EnumerateArray());
            Assert.False(snapshot.AppSettings.ContainsKey("AigneHub__Gateway__ClientAddressHeader"));
            return;
        }

        Assert.Equal("Deny", site.Property("siteConfig.ipSecurityRestrictionsDefaultAction"));
        var rule = Assert.Single(restrictions.EnumerateArray());
        Assert.Equal("ServiceTag", rule.GetProperty("tag").GetString());
        Assert.Equal("AzureFrontDoor.Backend", rule.GetProperty("ipAddress").GetString());
        var id = Assert.Single(rule.GetProperty("headers").GetProperty("x-azure-fdid").EnumerateArray()).GetString();
        Assert.Contains("frontDoorId", id, StringComparison.Ordinal);
        Assert.Equal("240", snapshot.TheOnly("Microsoft.Cdn/profiles").Property("originResponseTimeoutSeconds"));
        // Not X-Azure-ClientIP, which callers can write.
        Assert.Equal("X-Azure-SocketIP", snapshot.AppSettings["AigneHub__Gateway__ClientAddressHeader"]);
    }

    [Theory]
    [InlineData("provider, Front Door", "Standard_AzureFrontDoor", 0, 1)]
    [InlineData("provider, everything", "Premium_AzureFrontDoor", 2, 2)]
    public void FrontDoor_OfTier_HasItsFirewallOnEveryHostName(string deployment, string sku, int ruleSets, int hostNames)
    {
        var snapshot = compiler.Snapshot(deployment);
        var firewall = snapshot.TheOnly("Microsoft.Network/FrontDoorWebApplicationFirewallPolicies");
        Assert.Equal(sku, firewall.Json.GetProperty("sku").GetProperty("name").GetString());
        Assert.Equal(sku, snapshot.TheOnly("Microsoft.Cdn/profiles").Json.GetProperty("sku").GetProperty("name").GetString());
        Assert.Equal("Prevention", firewall.Property("policySettings.mode"));
        Assert.Equal(ruleSets, Assert.Single(firewall.Everywhere("managedRuleSets")).GetArrayLength());
        Assert.Equal("RateLimitRule", Assert.Single(firewall.Everywhere("ruleType")).GetString());
        var security = snapshot.TheOnly("Microsoft.Cdn/profiles/securityPolicies");
        Assert.Equal(hostNames, Assert.Single(security.Everywhere("domains")).GetArrayLength());
        var route = snapshot.TheOnly("Microsoft.Cdn/profiles/afdEndpoints/routes");
        Assert.Equal("HttpsOnly", route.Property("forwardingProtocol"));
        Assert.Null(route.Property("cacheConfiguration"));
    }

    /// <summary>A key may come in a query (<c>?key=</c>) or a header, and must not be in the workspace's logs.</summary>
    [Theory]
    [InlineData("provider, Front Door")]
    [InlineData("provider, everything")]
    public void Logs_OfFrontDoor_HoldNoKeys(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        Assert.Equal(["QueryStringArgNames"], Scrubbed(snapshot.TheOnly("Microsoft.Cdn/profiles")));
        Assert.Equal(
            ["QueryStringArgNames", "RequestHeaderNames", "RequestUri"],
            Scrubbed(snapshot.TheOnly("Microsoft.Network/FrontDoorWebApplicationFirewallPolicies")));
    }

    /// <summary>A group of one needs no probes, which every edge would send and each of which is an execution.</summary>
    [Fact]
    public void Origin_IsOne_AndIsNotProbed()
    {
        var snapshot = compiler.Snapshot("provider, Front Door");
        Assert.Single(snapshot.Of("Microsoft.Cdn/profiles/originGroups/origins"));
        Assert.Null(snapshot.TheOnly("Microsoft.Cdn/profiles/originGroups").Property("healthProbeSettings"));
    }

    [Fact]
    public void Url_WithOwnDomain_IsTheDomain() => Assert.Equal(
        "https://hub.example.com", compiler.Snapshot("provider, everything").Outputs["AIGNEHUB_URL"]);

    /// <summary>The parts of requests that are struck out of logs, whatever they are called.</summary>
    private static string[] Scrubbed(PredictedResource resource)
    {
        var scrubbing = Assert.Single(resource.Everywhere("logScrubbing"));
        Assert.Equal("Enabled", scrubbing.GetProperty("state").GetString());
        return
        [
            .. scrubbing.GetProperty("scrubbingRules").EnumerateArray()
                .Where(rule => rule.GetProperty("selectorMatchOperator").GetString() == "EqualsAny"
                    && rule.GetProperty("state").GetString() == "Enabled")
                .Select(rule => rule.GetProperty("matchVariable").GetString()!).Order(StringComparer.Ordinal),
        ];
    }
}
