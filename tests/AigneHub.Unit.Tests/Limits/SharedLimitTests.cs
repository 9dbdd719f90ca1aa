using AigneHub.Core.Accounts;

namespace AigneHub.Unit.Tests.Limits;

/// <summary>What holds over all instances together.</summary>
public sealed class SharedLimitTests
{
    private const int Calls = 1_022;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>However the calls are spread over the instances and the minute, no more pass, and hardly fewer.</summary>
    [Theory]
    [InlineData("even")]
    [InlineData("uneven")]
    [InlineData("one after the other")]
    [InlineData("burst")]
    public void Requests_OnFourInstances_TheLimitPassesAndNoMore(string load)
    {
        var hub = new LimitedHub(4, new RateLimits(RequestsPerMinute: 100));
        var random = new Random(7);
        for (var minute = 0; minute < 3; minute++)
        {
            var passed = 0;
            for (var i = 0; i < Calls; i++)
            {
                var instance = load switch
                {
                    "uneven" => random.Next(100) switch { < 70 => 0, < 90 => 1, < 98 => 2, _ => 3 },
                    "one after the other" => i * 4 / Calls,
                    _ => random.Next(4),
                };
                passed += hub.Passes(instance) ? 1 : 0;
                hub.Advance(load == "burst" ? TimeSpan.Zero : Minute / Calls);
            }

            Assert.InRange(passed, 97, 100);
            hub.Advance(load == "burst" ? Minute : Minute - (Minute / Calls * Calls));
        }
    }

    [Fact]
    public void Requests_LimitAboveTheLoadOnUnevenInstances_NothingIsRefused()
    {
        var hub = new LimitedHub(4, new RateLimits(RequestsPerMinute: 6_000));
        var random = new Random(3);
        for (var i = 0; i < 3 * 5_800; i++)
        {
            Assert.True(hub.Passes(random.Next(100) switch { < 85 => 0, < 95 => 1, < 99 => 2, _ => 3 }), $"call {i}");
            hub.Advance(Minute / 5_800);
        }
    }

    [Fact]
    public void Requests_LoadMovesFromOneInstanceToAnother_WhatTheFirstHasDrawnIsGivenBack()
    {
        var hub = new LimitedHub(2, new RateLimits(RequestsPerMinute: 600));
        for (var i = 0; i < 200; i++)
        {
            Assert.True(hub.Passes(0));
            hub.Advance(TimeSpan.FromMilliseconds(50));
        }

        var passed = 0;
        for (var i = 0; i < 900; i++)
        {
            passed += hub.Passes(1) ? 1 : 0;
            hub.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(400, passed);
    }

    /// <summary>Of its tokens each call is counted with all it needs, on whichever instance.</summary>
    [Fact]
    public void Tokens_OnFourInstances_TheLimitHoldsForAllTogether()
    {
        var hub = new LimitedHub(4, new RateLimits(TokensPerMinute: 100_000));
        for (var minute = 0; minute < 3; minute++)
        {
            var (passed, used) = (0, 0);
            for (var i = 0; i < 1_000; i++)
            {
                var needs = 700 + (i % 7 * 100);
                if (hub.Passes(i % 4, needs))
                {
                    (passed, used) = (passed + 1, used + needs);
                }

                hub.Advance(Minute / 1_000);
            }

            // Less than one call above the limit, and not below it: the call that reaches it passes.
            Assert.InRange(used, 100_000 - 1_300, 100_000 + 1_299);
            Assert.InRange(passed, 90, 110);
        }
    }

    /// <summary>Two limits of one subject do not disturb each other: each begins anew with every window and is there in full.</summary>
    [Fact]
    public void Tokens_WithALimitOfRequestsBeside_AreThereInFullInEveryWindow()
    {
        var hub = new LimitedHub(2, new RateLimits(RequestsPerMinute: 500, TokensPerMinute: 500_000));
        for (var minute = 0; minute < 5; minute++)
        {
            var used = 0;
            for (var i = 0; i < 400; i++)
            {
                if (hub.Call(i % 2, 2_500).Pass is { } pass)
                {
                    used += 2_500;
                    pass.End(2_500);
                }

                hub.Advance(Minute / 400);
            }

            Assert.InRange(used, 490_000, 502_499);
        }
    }

    [Fact]
    public void Admit_AHundredCallsASecond_StorageOperationsStayFew()
    {
        var hub = new LimitedHub(1, new RateLimits(RequestsPerMinute: 12_000, TokensPerMinute: 100_000_000));
        const int calls = 3 * 6_000;
        for (var i = 0; i < calls; i++)
        {
            hub.Call(0, 4_000).Pass!.End(1_000);
            hub.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(hub.Store.Operations, 1, calls / 50);
    }

    [Fact]
    public void Admit_AHundredCallsASecondOnFourInstances_StorageOperationsStayFew()
    {
        var hub = new LimitedHub(4, new RateLimits(RequestsPerMinute: 12_000));
        const int calls = 3 * 6_000;
        for (var i = 0; i < calls; i++)
        {
            Assert.True(hub.Passes(i % 4));
            hub.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(hub.Store.Operations, 1, calls / 50);
    }

    [Fact]
    public void Admit_BlockHere_StorageIsNotAsked()
    {
        var hub = new LimitedHub(1, new RateLimits(RequestsPerMinute: 12_000));
        for (var i = 0; i < 1_000; i++)
        {
            hub.Call(0);
            hub.Advance(TimeSpan.FromMilliseconds(10));
        }

        var before = hub.Store.Operations;
        for (var i = 0; i < 40; i++)
        {
            Assert.True(hub.Passes(0));
        }

        Assert.Equal(before, hub.Store.Operations);
    }
}
