using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Usage;

public sealed class UsageMessageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Noon);

    private static readonly Gen<UsageEvent> GenEvent =
        from minutes in Gen.Int[0, 200]
        from units in Gen.Long[0, 1_000_000_000]
        from rate in Gen.Long[0, 100_000_000_000].Nullable()
        from model in Gen.String[Gen.Char, 1, 40]
        from project in Gen.String[Gen.Char.AlphaNumeric, 1, 10].Null()
        from outcome in Gen.Enum<CallOutcome>()
        from attempts in Gen.Int[0, 3]
        select UsageSamples.Event(
            UsageSamples.IdAt(Noon.AddMinutes(-minutes)), units, rate, model, project: project, outcome: outcome) with
        {
            Attempts = [.. Enumerable.Repeat(new AttemptRecord("sim", "m", 0, "connect_timeout", 5), attempts)],
        };

    [Fact]
    public void Build_AnyEvents_ReadBackEqualInUnitsOfOneHourWithinTheLimits() => GenEvent.List[1, 150].Sample(events =>
    {
        // A lone surrogate has no UTF-8; it becomes U+FFFD, as anywhere in .NET.
        var expected = events.Select(usage => usage with { Model = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(usage.Model)) });
        var messages = UsageSamples.Messages(new HubIds(_time), events);
        var units = messages.SelectMany(UsageMessage.Parse).ToList();

        Assert.All(messages, message => Assert.True(Encoding.UTF8.GetByteCount(message) <= UsageMessage.BytesMax));
        Assert.All(units, unit => Assert.InRange(unit.Events.Count, 1, UsageMessage.UnitEventsMax));
        Assert.All(units, unit => Assert.All(unit.Events, raw => Assert.Equal(unit.Hour, HubIds.HourOf(raw.Id!.Value))));
        Assert.Equal(units.Count, units.Select(unit => unit.Id).Distinct().Count());
        Assert.Equal(
            expected.Select(Shown).Order(StringComparer.Ordinal),
            units.SelectMany(unit => unit.Events).Select(raw => Shown(raw.Event!)).Order(StringComparer.Ordinal));
    }, iter: 150);

    [Fact]
    public void Build_TopLevel_HoldsNothingButUnits()
    {
        var message = Assert.Single(UsageSamples.Messages(new HubIds(_time), [UsageSamples.Event(UsageSamples.IdAt(Noon))]));
        using var json = JsonDocument.Parse(message);
        Assert.Equal("units", Assert.Single(json.RootElement.EnumerateObject()).Name);
        Assert.StartsWith("""{"units":[{"id":""", message, StringComparison.Ordinal);
        Assert.EndsWith("-00", json.RootElement.GetProperty("units")[0].GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ManyEventsOfOneHour_SplitAtNinetyEight()
    {
        // Small events, so that 98 come before 48 KiB.
        var events = Enumerable.Range(0, 110).Select(_ => UsageSamples.Event(UsageSamples.IdAt(Noon)) with { Attempts = [], Lines = [], Cost = 0 });
        var units = UsageMessage.Parse(Assert.Single(UsageSamples.Messages(new HubIds(_time), events)));
        Assert.Equal([98, 12], units.Select(unit => unit.Events.Count));
    }

    [Fact]
    public void Build_OtherPurses_MakeOtherUnits()
    {
        using var builder = new UsageMessageBuilder();
        builder.Start(UsageSamples.IdAt(Noon));
        var team = new PurseSet(PurseId.OfAccount("default"), [new PurseId("team:a")]);
        builder.TryAdd(UsageSamples.Event(UsageSamples.IdAt(Noon)), UsageSamples.Home);
        builder.TryAdd(UsageSamples.Event(UsageSamples.IdAt(Noon)), team);
        builder.TryAdd(UsageSamples.Event(UsageSamples.IdAt(Noon)), team with { Others = [new PurseId("team:a")] });

        var units = UsageMessage.Parse(Encoding.UTF8.GetString(builder.Build().Span));
        Assert.Equal([1, 2], units.Select(unit => unit.Events.Count));
        Assert.Equal("team:a", Assert.Single(units[1].Purses.Others).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"units":{}}""")]
    [InlineData("""{"units":[{"id":"x"}]}""")]
    [InlineData("""{"units":[{"id":"0198c3f0a1b27c3d8e4f5a6b7c8d9e0f-00","hour":"2026112312","home":"Account:X","others":[],"events":[{}]}]}""")]
    public void Parse_NoUsageMessage_Throws(string message) =>
        Assert.Throws<FormatException>(() => UsageMessage.Parse(message));

    private static string Shown(UsageEvent usage) =>
        $"{usage with { Lines = [], Attempts = [] }} {string.Join(';', usage.Lines)} {string.Join(';', usage.Attempts)}"
            .Replace(usage.Lines.GetType().Name, "", StringComparison.Ordinal);
}
