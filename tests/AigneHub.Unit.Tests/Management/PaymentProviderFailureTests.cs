using System.Net;
using AigneHub.Billing;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using Stripe;

namespace AigneHub.Unit.Tests.Management;

/// <summary>What clients are told when the payment provider refuses or is silent.</summary>
public sealed class PaymentProviderFailureTests
{
    [Theory]
    [InlineData(400, 502, "payment_provider_refused")]
    [InlineData(401, 502, "payment_provider_refused")]
    [InlineData(403, 502, "payment_provider_refused")]
    [InlineData(404, 502, "payment_provider_refused")]
    [InlineData(409, 503, "payment_provider_unavailable")]
    [InlineData(429, 503, "payment_provider_unavailable")]
    [InlineData(500, 503, "payment_provider_unavailable")]
    public async Task Call_WhatRepeatingWontMend_IsAnIncidentAndNotToBeRepeated(int stripe, int status, string code)
    {
        using var bench = new ManagementBench(HubMode.Provider);
        var failure = new StripeException((HttpStatusCode)stripe, new StripeError { Type = "invalid_request_error" }, "no");
        var reply = await bench.SendAsync(request => bench.Handler.AnswerAsync(request, _ => throw StripeGateway.Failure(failure), default));
        Assert.Equal((status, code), (reply.Status, reply["code"]));
        Assert.Equal(
            status == 502 ? 1 : 0, bench.Pipeline.Incidents.All.Count(incident => incident.Kind == IncidentKind.PaymentProviderRefused));
    }
}
