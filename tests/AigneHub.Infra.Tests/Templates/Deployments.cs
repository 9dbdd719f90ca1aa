using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>The deployments that are looked at: both modes, each parameter that changes what is made, alone and together.</summary>
internal static class Deployments
{
    private const string NetworkGroup = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net";
    private const string Network = $"{NetworkGroup}/providers/Microsoft.Network/virtualNetworks/vnet-hub";

    public const string AppSubnet = $"{Network}/subnets/snet-flex";
    public const string EndpointSubnet = $"{Network}/subnets/snet-private";
    public const string ZonesGroup = "/subscriptions/00000000-0000-0000-0000-000000000003/resourceGroups/rg-dns";

    private static readonly Dictionary<string, Dictionary<string, object>> Parameters = new()
    {
        ["enterprise"] = [],
        ["enterprise, Service Bus"] = new() { ["usageQueue"] = "ServiceBus" },
        ["enterprise, existing network"] = new()
        {
            ["existingAppSubnetId"] = AppSubnet,
            ["existingEndpointSubnetId"] = EndpointSubnet,
        },
        ["enterprise, existing network and zones"] = new()
        {
            ["existingAppSubnetId"] = AppSubnet,
            ["existingEndpointSubnetId"] = EndpointSubnet,
            ["existingDnsZonesGroupId"] = ZonesGroup,
            ["usageQueue"] = "ServiceBus",
        },
        ["enterprise, other monitoring"] = new() { ["privateMonitoring"] = false },
        ["enterprise, everything"] = new()
        {
            ["usageQueue"] = "ServiceBus",
            ["natGateway"] = true,
            ["zoneRedundant"] = true,
            ["alwaysReadyHttp"] = 3,
            ["alwaysReadySettler"] = 2,
            ["ledgerGeoRedundant"] = true,
            ["verboseDiagnostics"] = true,
            ["privateUpstreams"] = true,
            ["extraSettings"] = new Dictionary<string, string> { ["AigneHub__Gateway__StreamSecondsMax"] = "1200" },
            ["packageUri"] = "https://packages.example.com/hub.zip",
            ["alertEmails"] = "ops@example.com",
            ["monthlyBudget"] = 500,
            ["budgetStartDate"] = "2030-01-01",
            ["principalId"] = "11111111-1111-1111-1111-111111111111",
            ["entraTenantIds"] = "11111111-2222-3333-4444-555555555555",
            ["entraClientId"] = "66666666-2222-3333-4444-555555555555",
            ["entraRoles"] = "Hub.Admin=administrator;Blue=member@team:blue",
            ["entraWorkloads"] = "77777777-2222-3333-4444-555555555555=account:default,project:nightly",
        },
        ["provider"] = [],
        ["provider, Service Bus"] = new() { ["usageQueue"] = "ServiceBus" },
        ["provider, Front Door"] = new() { ["frontDoor"] = "Standard" },
        ["provider, Stripe"] = new()
        {
            ["payments"] = "Stripe",
            ["paymentSuccessUrl"] = "https://shop.example.com/paid",
            ["paymentCancelUrl"] = "https://shop.example.com/back",
            ["starterCredits"] = "0.5",
            ["starterDays"] = 30,
        },
        ["provider, everything"] = new()
        {
            ["frontDoor"] = "Premium",
            ["customDomain"] = "hub.example.com",
            ["zoneRedundant"] = true,
            ["alwaysReadyHttp"] = 2,
            ["instanceMemoryMB"] = 4096,
            ["httpConcurrency"] = 250,
            ["maximumInstanceCount"] = 40,
            ["ledgerDeleteLock"] = false,
            ["simulatedProvider"] = false,
            ["verboseDiagnostics"] = true,
            ["alertEmails"] = "ops@example.com, night@example.com",
            ["monthlyBudget"] = 500,
            ["budgetStartDate"] = "2030-01-01",
            ["principalId"] = "11111111-1111-1111-1111-111111111111",
            ["principalType"] = "ServicePrincipal",
        },
    };

    public static TheoryData<string> All => [.. Parameters.Keys];

    public static TheoryData<string> Enterprise => [.. Parameters.Keys.Where(IsEnterprise)];

    public static TheoryData<string> Provider => [.. Parameters.Keys.Where(name => !IsEnterprise(name))];

    public static bool IsEnterprise(string name) => name.StartsWith("enterprise", StringComparison.Ordinal);

    public static Dictionary<string, object> Of(string name) => new(Parameters[name])
    {
        ["environmentName"] = "demo",
        ["location"] = "swedencentral",
        ["deploymentMode"] = IsEnterprise(name) ? "enterprise" : "provider",
    };

    public static Snapshot Snapshot(this BicepCompiler compiler, string name) => compiler.SnapshotOf(Of(name));
}
