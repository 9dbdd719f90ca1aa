using AigneHub.Billing;
using AigneHub.Core.Telemetry;

namespace AigneHub.Unit.Tests.Telemetry;

/// <summary>What settings of telemetry may be, and who learns nothing of traces.</summary>
public sealed class TelemetryOptionsTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("0123456789abcdef01234567", true)]
    [InlineData("0123456789abcdef", false)]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/scrape)", false)]
    public void ScrapeToken_IsASecretOrNothing(string token, bool good)
    {
        var wrong = new TelemetryOptions { ScrapeToken = token }.WhatIsWrong();
        Assert.Equal(good, wrong is null);
        Assert.DoesNotContain("vault.azure.net", wrong ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Stripe_IsToldNoTrace()
    {
        using var handler = Assert.IsType<SocketsHttpHandler>(StripeGateway.NewHandler());
        Assert.Null(handler.ActivityHeadersPropagator);
    }
}
