using AigneHub.Core;
using AigneHub.Core.Usage;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Usage;

/// <summary>The leases that a unit's calls were held back by.</summary>
public sealed class UsageLeaseTests
{
    private static readonly PurseSet Purses = new(PurseId.OfAccount("default"), [new PurseId("team:a")]);

    [Fact]
    public void Message_LeasesOfItsPurses_ComeBack()
    {
        var unit = Assert.Single(Parse(Purses with { Leases = [null, "lease-1"] }));
        Assert.Equal([null, "lease-1"], unit.Purses.Leases);
        Assert.Equal((null, "lease-1", null), (unit.Purses.LeaseAt(0), unit.Purses.LeaseAt(1), unit.Purses.LeaseAt(2)));
    }

    [Fact]
    public void Message_WithoutLeases_IsAsItWasBeforeThereWereAny()
    {
        var text = UsageSamples.Messages(new HubIds(TimeProvider.System), [Event()], Purses).Single();
        Assert.DoesNotContain("leases", text, StringComparison.Ordinal);
        Assert.Empty(Assert.Single(UsageMessage.Parse(text)).Purses.Leases);
    }

    [Fact]
    public void Message_OtherLeases_AreOtherUnits()
    {
        using var builder = new UsageMessageBuilder();
        builder.Start(UsageSamples.IdAt(DateTimeOffset.UnixEpoch));
        foreach (var lease in new[] { "a", "b", "a", null })
        {
            builder.TryAdd(Event(), Purses with { Leases = [lease, "x"] });
        }

        var units = UsageMessage.Parse(System.Text.Encoding.UTF8.GetString(builder.Build().Span));
        Assert.Equal([2, 1, 1], units.Select(unit => unit.Events.Count));
        Assert.Equal(["a", "b", null], units.Select(unit => unit.Purses.LeaseAt(0)));
    }

    [Theory]
    [InlineData("""[""]""")]
    [InlineData("""["0123456789012345678901234567890123456789012345678901234567890123456789"]""")]
    [InlineData("""[null,null,null,null,"x"]""")]
    [InlineData("""[7]""")]
    [InlineData("""{"a":1}""")]
    public void Message_MalformedLeases_AreNoMessage(string leases)
    {
        var text = UsageSamples.Messages(new HubIds(TimeProvider.System), [Event()], Purses with { Leases = ["a", "b"] }).Single();
        Assert.Throws<FormatException>(() => UsageMessage.Parse(text.Replace("""["a","b"]""", leases, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Settle_AUnit_NamesEachPursesLeaseInItsInbox()
    {
        var ledger = new MemoryLedger(TimeProvider.System);
        using var pipeline = new Pipeline(ledger, ledger, ledger, TimeProvider.System);
        var named = Purses with { Leases = ["home-lease", "team-lease"] };
        await pipeline.Processor.SettleAsync(UsageSamples.Messages(pipeline.Ids, [Event()], named).Single(), default);
        Assert.Equal("home-lease", Assert.Single((await ledger.ReadPurseAsync(Purses.Home, 9, default)).Inbox).Lease);
        Assert.Equal("team-lease", Assert.Single((await ledger.ReadPurseAsync(Purses.Others[0], 9, default)).Inbox).Lease);
    }

    private static UsageEvent Event() => UsageSamples.Event(UsageSamples.IdAt(TimeProvider.System.GetUtcNow()));

    private static IReadOnlyList<UsageUnit> Parse(PurseSet purses) =>
        UsageMessage.Parse(UsageSamples.Messages(new HubIds(TimeProvider.System), [Event()], purses).Single());
}
