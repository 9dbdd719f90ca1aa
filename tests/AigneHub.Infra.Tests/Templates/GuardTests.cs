using AigneHub.Infra.Tests.Compiler;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>Parameters that don't fit stop a deployment before anything is made.</summary>
[Collection(BicepCollection.Name)]
public sealed class GuardTests(BicepCompiler compiler)
{
    [Theory]
    [InlineData("enterprise", "frontDoor", "Standard", "frontDoor is for deploymentMode provider.")]
    [InlineData("provider", "existingDnsZonesGroupId", Deployments.ZonesGroup, "are for deploymentMode enterprise.")]
    [InlineData("provider", "existingAppSubnetId", Deployments.AppSubnet, "are for deploymentMode enterprise.")]
    [InlineData("enterprise", "existingAppSubnetId", Deployments.AppSubnet, "existingEndpointSubnetId go together.")]
    [InlineData("enterprise", "existingEndpointSubnetId", Deployments.EndpointSubnet, "go together.")]
    [InlineData("enterprise, existing network", "existingEndpointSubnetId", Deployments.AppSubnet, "must differ")]
    [InlineData("enterprise, existing network", "natGateway", true, "natGateway is for a network that this deployment makes.")]
    [InlineData("provider", "natGateway", true, "natGateway is for a network that this deployment makes.")]
    [InlineData("enterprise", "networkAddressPrefix", "10.0.0.0/25", "networkAddressPrefix must be /24 or larger.")]
    [InlineData("enterprise", "zoneRedundant", true, "zoneRedundant needs alwaysReadyHttp of 2 or more.")]
    [InlineData("provider", "customDomain", "hub.example.com", "customDomain needs frontDoor.")]
    [InlineData("provider", "monthlyBudget", 100, "monthlyBudget needs budgetStartDate")]
    [InlineData("provider, everything", "budgetStartDate", "2030-01-15", "monthlyBudget needs budgetStartDate")]
    [InlineData("provider, everything", "alertEmails", "", "monthlyBudget needs alertEmails.")]
    [InlineData("enterprise", "payments", "Manual", "payments and starterCredits are for deploymentMode provider.")]
    [InlineData("enterprise", "starterCredits", "1", "payments and starterCredits are for deploymentMode provider.")]
    [InlineData("provider", "payments", "Stripe", "needs paymentSuccessUrl and paymentCancelUrl")]
    [InlineData("provider, Stripe", "paymentCancelUrl", "http://shop.example.com", "needs paymentSuccessUrl and paymentCancelUrl")]
    [InlineData("enterprise", "entraTenantIds", "common", "entraTenantIds and entraClientId go together.")]
    [InlineData("provider", "starterDays", 3651, "starterDays")]
    [InlineData("provider", "deploymentMode", "both", "deploymentMode")]
    [InlineData("provider", "instanceMemoryMB", 1024, "instanceMemoryMB")]
    [InlineData("provider", "maximumInstanceCount", 39, "maximumInstanceCount")]
    [InlineData("provider", "httpConcurrency", 0, "httpConcurrency")]
    [InlineData("provider", "usageQueue", "EventHub", "usageQueue")]
    public void Parameter_ThatDoesNotFit_IsRefused(string deployment, string parameter, object value, string message)
    {
        var parameters = Deployments.Of(deployment);
        parameters[parameter] = value;
        var refused = Assert.Throws<BicepException>(() => compiler.SnapshotOf(parameters));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }
}
