using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class StatementReaderTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly PurseId Purse = PurseId.OfAccount("default");
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MemoryLedger _ledger;
    private readonly Pipeline _pipeline;

    public StatementReaderTests()
    {
        _ledger = new MemoryLedger(_clock);
        _pipeline = new Pipeline(_ledger, _ledger, _ledger, _clock);
    }

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task Read_MovementsAndCalls_AddUpInOrderOfTime()
    {
        await GrantAsync("first", 1_000_000_000);
        await SettleAsync(At(0.1), At(0.2));
        await _pipeline.Folder.FoldTouchedAsync(default);
        _clock.Advance(TimeSpan.FromHours(1));
        await GrantAsync("second", 5);
        await _pipeline.Sync.SyncAsync(
            Purse, new SyncCommand.Reverse(new OutsideId("admin", "back"), 3, "why", "who", "admin|first"), default);
        await SettleAsync(At(1.5));
        await SettleAsync(UsageSamples.Event(UsageSamples.IdAt(Start.AddHours(1.6)), rate: null));

        var lines = await ReadAsync(0, 2);
        Assert.Equal(
            ["Opening", "first", "Called", "Called", "second", "back", "Called", "Called", "Closing"],
            lines.Select(line => (line as StatementLine.Moved)?.Movement.Id!.Split('|')[1] ?? line.GetType().Name));
        AssertAddsUp(lines);
        var cost = UsageSamples.Event(UsageSamples.IdAt(Start)).Cost!.Value;
        Assert.Equal([0, 1_000_000_000, -cost, -cost, 5, -3, -cost, 0, 0], lines.Select(line => line.Amount));
        var closing = Assert.IsType<StatementLine.Closing>(lines[^1]);
        Assert.Equal((3, 4, 1), (closing.Movements, closing.Calls, closing.Unpriced));
        var view = await _ledger.ReadPurseAsync(Purse, 86, default);
        Assert.Equal(view.State!.Value.Balance - view.Inbox.Sum(row => row.Cost), closing.Balance);
    }

    [Fact]
    public async Task Read_SpansThatFollowEachOther_ChainAndShareNothing()
    {
        await RandomDaysAsync();
        foreach (var content in Enum.GetValues<StatementContent>())
        {
            var whole = await ReadAsync(-96, 24, content);
            AssertAddsUp(whole);
            var parts = new List<StatementLine>();
            var balance = 0L;
            for (var from = -96; from < 24; from += 30)
            {
                var part = await ReadAsync(from, from + 30, content);
                AssertAddsUp(part);
                Assert.Equal(balance, part[0].Balance);
                balance = part[^1].Balance;
                parts.AddRange(part[1..^1]);
            }

            Assert.Equal(whole[^1].Balance, balance);
            if (content != StatementContent.Movements)
            {
                Assert.Equal(whole[1..^1], parts, (a, b) => a.Time == b.Time && a.Amount == b.Amount && a.Balance == b.Balance);
            }
        }

        var (all, summed) = (await ReadAsync(-96, 24), await ReadAsync(-96, 24, StatementContent.Movements));
        Assert.Equal(all[^1].Balance, summed[^1].Balance);
        Assert.InRange(summed.Count(line => line is StatementLine.Used), 4, 6);
        Assert.DoesNotContain(summed, line => line is StatementLine.Called);
        Assert.DoesNotContain(await ReadAsync(-96, 24, StatementContent.Calls), line => line is StatementLine.Moved);
    }

    [Fact]
    public async Task Read_ManyCallsOfOneMoment_AreAllThereOnceInOrder()
    {
        // More than a read gives, in one millisecond and around it.
        DateTimeOffset[] moments = [.. Enumerable.Range(0, 2_600).Select(i => Start.AddMilliseconds(i < 2_300 ? 1_800_000 : 1_799_000 + (i * 7)))];
        await SettleAsync(moments);
        var lines = await ReadAsync(-2, 1);
        AssertAddsUp(lines);
        var ids = lines.OfType<StatementLine.Called>().Select(line => line.Line.Event.Id.ToString("N")).ToList();
        Assert.Equal(moments.Length, ids.Count);
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task Read_ALineIsMissing_IsNeverClosedAndAnIncident()
    {
        await SettleAsync(At(0.1), At(0.2), At(0.3));
        var ledger = new LossyLedger(_ledger);
        var statements = new StatementReader(ledger, new EventHistory(ledger, new NoArchive(), _clock), _pipeline.Incidents);
        var read = new List<StatementLine>();
        await Assert.ThrowsAsync<StatementDiffersException>(async () =>
        {
            await foreach (var line in statements.ReadAsync("default", Query(0, 1), default))
            {
                read.Add(line);
            }
        });
        Assert.Equal(3, read.Count);
        Assert.DoesNotContain(read, line => line is StatementLine.Closing);
        Assert.Contains(_pipeline.Incidents.All, incident => incident is { Kind: IncidentKind.AuditDiffers, Subject: "2026112312-2026112312" });
    }

    [Fact]
    public async Task Read_UsageSettledMeanwhile_IsNoDifference()
    {
        await SettleAsync(At(0.1), At(0.3));
        var lines = new List<StatementLine>();
        await foreach (var line in _pipeline.Statements.ReadAsync("default", Query(0, 1), default))
        {
            lines.Add(line);
            if (lines.Count == 2)
            {
                await SettleAsync(At(0.05), At(0.4));
            }
        }

        AssertAddsUp(lines);
        AssertAddsUp(await ReadAsync(0, 1));
        Assert.Empty(_pipeline.Incidents.All);
    }

    [Fact]
    public async Task Read_NotTakenOn_ReadsNoFurther()
    {
        for (var hour = 0; hour < 20; hour++)
        {
            await SettleAsync([.. Enumerable.Range(0, 600).Select(i => Start.AddHours(hour - 20).AddSeconds(i))]);
        }

        var ledger = new LossyLedger(_ledger) { Loses = 0 };
        var statements = new StatementReader(ledger, new EventHistory(ledger, new NoArchive(), _clock), _pipeline.Incidents);
        await using var lines = statements.ReadAsync("default", Query(-20, 1), default).GetAsyncEnumerator();
        for (var i = 0; i < 700; i++)
        {
            Assert.True(await lines.MoveNextAsync());
        }

        Assert.InRange(ledger.Reads, 2, 4);
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0, 1.25)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, 9_000)]
    public async Task Read_NotASpanOfWholeHours_IsRefused(double from, double to) => await Assert.ThrowsAsync<ArgumentException>(
        () => ReadAsync(from, to));

    private static DateTimeOffset At(double hours) => Start.AddHours(hours);

    private static StatementQuery Query(double from, double to, StatementContent content = StatementContent.All) =>
        new(Start.AddHours(from), Start.AddHours(to), content);

    private static void AssertAddsUp(List<StatementLine> lines)
    {
        Assert.IsType<StatementLine.Opening>(lines[0]);
        Assert.IsType<StatementLine.Closing>(lines[^1]);
        var balance = lines[0].Balance;
        foreach (var (line, before) in lines.Skip(1).Zip(lines))
        {
            Assert.True(line.Time >= before.Time);
            balance += line.Amount;
            Assert.Equal(balance, line.Balance);
        }
    }

    private async Task<List<StatementLine>> ReadAsync(double from, double to, StatementContent content = StatementContent.All) =>
        await _pipeline.Statements.ReadAsync("default", Query(from, to, content), default).ToListAsync();

    private async Task RandomDaysAsync()
    {
        var random = new Random(5);
        _clock.AdjustTime(Start.AddHours(-96));
        for (var i = 0; i < 60; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(random.Next(1, 200)));
            var now = _clock.GetUtcNow();
            switch (random.Next(4))
            {
                case 0:
                    await GrantAsync($"g{i}", random.Next(1, 1_000_000));
                    break;
                case 1:
                    await _pipeline.Sync.SyncAsync(
                        Purse, new SyncCommand.Adjust(new OutsideId("admin", $"a{i}"), -random.Next(1, 1_000_000), "", "who"), default);
                    break;
                case 2:
                    await _pipeline.Folder.FoldTouchedAsync(default);
                    break;
                default:
                    await SettleAsync([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => now.AddSeconds(-random.Next(0, 4_000)))]);
                    break;
            }
        }
    }

    private Task<SyncResult> GrantAsync(string id, long amount) => _pipeline.Sync.SyncAsync(Purse, PurseSamples.Grant(id, amount), default);

    private Task SettleAsync(params DateTimeOffset[] moments) =>
        SettleAsync([.. moments.Select(moment => UsageSamples.Event(UsageSamples.IdAt(moment)))]);

    private async Task SettleAsync(params UsageEvent[] events)
    {
        foreach (var message in UsageSamples.Messages(_pipeline.Ids, events))
        {
            await _pipeline.Processor.SettleAsync(message, default);
        }
    }

    /// <summary>As if rows were lost that the hours have counted.</summary>
    private sealed class LossyLedger(ILedgerStore inner) : WrappedLedger(inner)
    {
        public int Loses { get; init; } = 1;

        public int Reads { get; private set; }

        public override async Task<IReadOnlyList<LedgerEvent>> ReadEventsAsync(
            PurseId purse, Guid? from, Guid? before, int limit, CancellationToken cancellationToken)
        {
            Reads++;
            return [.. (await base.ReadEventsAsync(purse, from, before, limit, cancellationToken)).Skip(Loses)];
        }
    }
}
