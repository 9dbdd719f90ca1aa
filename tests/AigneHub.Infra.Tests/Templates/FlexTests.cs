using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>Flex Consumption's own rules, which the compiler doesn't know.</summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan"/>
[Collection(BicepCollection.Name)]
public sealed class FlexTests(BicepCompiler compiler)
{
    /// <summary>The plan refuses them, or doesn't heed them.</summary>
    private static readonly string[] ForbiddenSettings =
    [
        "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_WORKER_RUNTIME_VERSION",
        "FUNCTIONS_MAX_HTTP_CONCURRENCY",
        "FUNCTIONS_WORKER_PROCESS_COUNT", "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED", "WEBSITE_RUN_FROM_PACKAGE",
        "WEBSITE_CONTENTSHARE", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", "WEBSITE_CONTENTOVERVNET", "WEBSITE_VNET_ROUTE_ALL",
        "WEBSITE_DNS_SERVER", "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT", "WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED",
        "SCM_DO_BUILD_DURING_DEPLOYMENT", "ENABLE_ORYX_BUILD", "WEBSITE_TIME_ZONE", "TZ", "WEBSITE_LOAD_CERTIFICATES",
    ];

    private static readonly string[] AllowedSiteConfig =
    [
        "minTlsVersion", "scmMinTlsVersion", "http20Enabled", "ipSecurityRestrictions", "ipSecurityRestrictionsDefaultAction",
        "scmIpSecurityRestrictions", "scmIpSecurityRestrictionsDefaultAction", "scmIpSecurityRestrictionsUseMain",
    ];

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Settings_ThatFlexRefuses_AreAbsent(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        Assert.DoesNotContain(snapshot.AppSettings.Keys, ForbiddenSettings.Contains);
        var site = snapshot.TheOnly("Microsoft.Web/sites").Properties.GetProperty("siteConfig");
        Assert.All(site.EnumerateObject(), property => Assert.Contains(property.Name, AllowedSiteConfig));
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Plan_IsFlexConsumption_ForOneApp(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var plan = snapshot.TheOnly("Microsoft.Web/serverfarms");
        Assert.Equal("FC1", plan.Json.GetProperty("sku").GetProperty("name").GetString());
        Assert.Equal("True", plan.Property("reserved"));
        var site = snapshot.TheOnly("Microsoft.Web/sites");
        Assert.Equal(plan.Id, site.Property("serverFarmId"));
        Assert.Equal("functionapp,linux", site.Json.GetProperty("kind").GetString());
        Assert.Equal("True", site.Property("httpsOnly"));
        Assert.Equal("dotnet-isolated", site.Property("functionAppConfig.runtime.name"));
        Assert.Equal("10.0", site.Property("functionAppConfig.runtime.version"));
    }

    [Theory]
    [MemberData(nameof(Deployments.All), MemberType = typeof(Deployments))]
    public void Code_IsDeployedToTheRuntimeStorage_ByIdentity(string deployment)
    {
        var snapshot = compiler.Snapshot(deployment);
        var site = snapshot.TheOnly("Microsoft.Web/sites");
        var identity = snapshot.TheOnly("Microsoft.ManagedIdentity/userAssignedIdentities").Id;
        Assert.Equal("UserAssignedIdentity", site.Property("functionAppConfig.deployment.storage.authentication.type"));
        Assert.Equal(identity, site.Property("functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId"));
        Assert.Equal(identity, site.Property("keyVaultReferenceIdentity"));
        Assert.True(site.Json.GetProperty("identity").GetProperty("userAssignedIdentities").TryGetProperty(identity, out _));
        var container = snapshot.TheOnly("Microsoft.Storage/storageAccounts/blobServices/containers");
        Assert.Equal(
            $"https://{snapshot.Storage("strun").Name}.blob.core.windows.net/{container.LeafName}",
            TemplateValue.Resolve(site.Property("functionAppConfig.deployment.storage.value")!));
    }

    [Theory]
    [InlineData("enterprise", 2048, 100, 100, "http 1")]
    [InlineData("provider, everything", 4096, 40, 250, "http 2")]
    [InlineData("enterprise, everything", 2048, 100, 100, "http 3, function:SettleUsageServiceBus 2")]
    public void Scale_IsAsAskedFor(string deployment, int memory, int instances, int calls, string ready)
    {
        var scale = compiler.Snapshot(deployment).TheOnly("Microsoft.Web/sites").Properties
            .GetProperty("functionAppConfig").GetProperty("scaleAndConcurrency");
        Assert.Equal(memory, scale.GetProperty("instanceMemoryMB").GetInt32());
        Assert.Equal(instances, scale.GetProperty("maximumInstanceCount").GetInt32());
        Assert.Equal(calls, scale.GetProperty("triggers").GetProperty("http").GetProperty("perInstanceConcurrency").GetInt32());
        Assert.Equal(ready, string.Join(", ", scale.GetProperty("alwaysReady").EnumerateArray().Select(
            group => $"{group.GetProperty("name")} {group.GetProperty("instanceCount")}")));
    }

    [Theory]
    [InlineData("enterprise", 0)]
    [InlineData("enterprise, everything", 1)]
    public void Package_OverResourceManager_IsThereWhenAskedFor(string deployment, int count) =>
        Assert.Equal(count, compiler.Snapshot(deployment).Of("Microsoft.Web/sites/extensions").Count());
}
