using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Gateway;

/// <summary>What an answer costs is charged, whatever happens while it is handed on.</summary>
public sealed class ConsumedTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void CallThatFailedUnexpectedly_PaysForTheAnswerThatWasThere()
    {
        var exchange = NewExchange();
        exchange.Consumed = (new TokenUsage { Input = 100, Output = 10 }, true);

        var line = UsageOf.Call(exchange, null, new HubSnapshot(HubMode.Enterprise, [], [], null, []));

        Assert.Equal((CallOutcome.Failed, "internal_error", true), (line.Outcome, line.Error, line.Estimated));
        Assert.Equal(110, line.Lines.Sum(l => l.Units));
    }

    [Fact]
    public void NextAttempt_DoesNotPayForTheOneBefore()
    {
        var exchange = NewExchange();
        exchange.Consumed = (new TokenUsage { Input = 100, Output = 10 }, true);
        Begin(exchange);

        Assert.Null(exchange.Consumed);
    }

    /// <summary>Kestrel throws for anything else, and the vendor is paid by then.</summary>
    [Theory]
    [InlineData("Gr\u00f6\u00dfe")]
    [InlineData("a\r\nx-evil: 1")]
    [InlineData("\ud800\u0000")]
    public void HeadersOfTheHub_AreVisibleAscii_WhateverIsDropped(string name)
    {
        var exchange = NewExchange();
        exchange.Warnings = [name];

        AnswerHeaders.NameTarget(exchange);

        Assert.All(
            exchange.Http.Response.Headers.SelectMany(header => header.Value.ToString()), letter => Assert.InRange(letter, ' ', '~'));
        Assert.StartsWith("dropped ", exchange.Http.Response.Headers["x-hub-warnings"].ToString(), StringComparison.Ordinal);
    }

    private Exchange NewExchange()
    {
        var exchange = new Exchange(ModelFront.OpenAiChat, new DefaultHttpContext(), Guid.NewGuid(), _time)
        {
            Caller = RoutingSamples.Caller(),
            Head = new RequestHead { Model = "openai/gpt", StartBrace = 0, EndBrace = 0 },
        };
        Begin(exchange);
        return exchange;
    }

    private void Begin(Exchange exchange)
    {
        var target = RoutingSamples.Target("openai", "gpt");
        using var attempts = new HealthBoard(new HealthOptions(), _time).Begin(RoutingSamples.Plan(default, target), 1, TimeSpan.FromMinutes(1));
        exchange.BeginAttempt(target, target.Provider.Credentials[0], attempts);
    }
}
