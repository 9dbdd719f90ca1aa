using System.Collections.Concurrent;
using System.Globalization;
using AigneHub.Core.Archive;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace AigneHub.Storage.Tests.Ledger.Storm;

/// <summary>
/// Four instances and two settlers over real tables and a real queue, calls bound by several nearly empty purses, and all that can
/// happen to them. <c>AIGNEHUB_STORM_CALLS</c> makes it longer, <c>AIGNEHUB_STORM_SEEDS</c> (from-to) another one.
/// </summary>
[Collection(StorageCollections.Storm)]
public sealed class StormTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const int Instances = 4;
    private static readonly PurseId Home = PurseId.OfAccount("default");
    private static readonly PurseId Team = PurseId.OfTeam("t");
    private static readonly PurseId Project = PurseId.OfProject("p");
    private static readonly PurseId[] All = [Home, Team, Project, PurseId.OfKey("k")];

    /// <summary>Usage that comes late is part of it.</summary>
    private static readonly LeaseTimes Times = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(0.4));

    /// <summary>Of clean seeds: so long that no usage may be late, however busy the machine is.</summary>
    private static readonly LeaseTimes CleanTimes = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(0.4));

    private readonly ConcurrentQueue<string> _taken = new();
    private readonly ConcurrentDictionary<PurseId, long> _debts = new();
    private readonly ConcurrentDictionary<Guid, long> _overruns = new();
    private readonly Dictionary<PurseId, long> _reversed = [];
    private readonly List<(PurseId Purse, OutsideId Id, long Amount)> _grants = [];
    private readonly IncidentLog _incidents = new();
    private string _zone = "UTC";
    private int _admitted;
    private int _refused;
    private int _unavailable;

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Calls_WhateverHappens_AreChargedOnceAndNoPurseIsOverspentWithoutACause(int seed)
    {
        var isClean = seed % 2 != 0;
        var times = isClean ? CleanTimes : Times;
        var calls = int.TryParse(Environment.GetEnvironmentVariable("AIGNEHUB_STORM_CALLS"), CultureInfo.InvariantCulture, out var n) ? n : 400;
        var options = azurite.NewOptions();
        await using var hub = await azurite.NewHubAsync(options);
        var clients = new StorageClients(options);
        var random = new Random(seed);
        var ledger = hub.GetRequiredService<ILedgerStore>();
        var registrar = new PurseRegistrar(
            hub.GetRequiredService<IPurseRegistry>(), LedgerUnit.NanoUsd, _incidents, TimeProvider.System);
        var sync = new PurseSync(ledger, registrar, times, new NoticeBox(), _incidents, Random.Shared, TimeProvider.System);
        var granted = await PrepareAsync(sync, random, calls);
        using var over = new CancellationTokenSource();
        var settlers = Enumerable.Range(0, 2)
            .Select(i => new StormSettler(hub, clients, new Random(seed + i), times, _incidents, Observe))
            .Select(settler => Task.Run(() => settler.RunAsync(over.Token))).ToArray();
        var instances = Enumerable.Range(0, Instances).Select(_ => NewInstance(hub, random, times)).ToArray();
        var kills = 0;
        var running = new List<Task>();
        for (var i = 0; i < calls; i++)
        {
            var at = random.Next(Instances);
            running.Add(CallAsync(instances[at], Bound(random), new Random(random.Next()), isClean));
            await Task.Delay(random.Next(8));
            if (random.Next(120) == 0)
            {
                kills++;
                instances[at].Kill();
                instances[at] = NewInstance(hub, random, times);
            }
            else if (random.Next(120) == 0)
            {
                running.Add(instances[at].Faults.StallAsync(TimeSpan.FromMilliseconds(random.Next(2_000))));
            }
            else if (random.Next(40) == 0)
            {
                granted += await AdministerAsync(sync, random, isClean);
            }
            else if (!isClean && _grants.Count > 0 && random.Next(80) == 0)
            {
                await ReverseAsync(sync, random);
            }
        }

        await Task.WhenAll(instances.Select(instance => instance.StopAsync())).WaitAsync(TimeSpan.FromSeconds(60));
        await over.CancelAsync();
        await Task.WhenAll(settlers).WaitAsync(TimeSpan.FromSeconds(60));
        var events = _taken.SelectMany(UsageMessage.Parse).SelectMany(unit => unit.Events.Select(one => (one.Event!.Id, one.Event.Cost, unit.Purses)))
            .DistinctBy(one => one.Id).ToList();
        var lines = await ledger.ReadEventsAsync(Home, null, null, 1_000_000, default);
        Assert.Equal(events.Select(one => one.Id).Order(), lines.Select(line => line.Id).Order());
        long late = 0, debt = 0, overrun = 0;
        foreach (var purse in All)
        {
            var state = await CalmAsync(sync, purse);
            Assert.Equal(events.Where(one => one.Purses.All.Contains(purse)).Sum(one => one.Cost), state.Spent);
            Assert.Null(state.WhatIsWrong());
            var audit = await new LedgerAuditor(ledger, new NoArchive()).AuditAsync(
                purse, HourSpan.Between(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1)), default);
            Assert.Empty(audit.Findings);
            var owed = _debts.GetValueOrDefault(purse);
            var overran = events.Where(one => one.Purses.All.Contains(purse)).Sum(one => _overruns.GetValueOrDefault(one.Id));
            var reversed = _reversed.GetValueOrDefault(purse) + (purse == Team ? state.Reversed : 0);
            Assert.True(
                owed <= overran + state.Late + reversed, $"{purse} has owed {owed}: overrun {overran}, late {state.Late}, reversed {reversed}");
            Assert.True(!isClean || (owed, state.Late) == (0, 0), $"{purse} has owed {owed}, {state.Late} was late");
            (late, debt, overrun) = (late + state.Late, debt + owed, overrun + overran);
        }

        Assert.All(_incidents.All, one => Assert.True(
            one.Kind is IncidentKind.LeaseReclaimed or IncidentKind.UsageQueueUnreachable or IncidentKind.FoldFailed, one.ToString()));
        Assert.Equal(isClean, overrun == 0);
        Assert.Equal(isClean, _reversed.Count == 0);
        Assert.InRange(_refused, 1, calls);
        output.WriteLine(
            $"Seed {seed}: {calls} calls, {_admitted} admitted, {_refused} refused for credit, {_unavailable} for storage; {kills} kills; "
            + $"{events.Count} events taken in {_taken.Count} messages; {granted} nano granted, {_reversed.Values.Sum()} reversed; overrun {overrun}, late {late}, most debt {debt}");
    }

    public static TheoryData<int> Seeds()
    {
        var wish = (Environment.GetEnvironmentVariable("AIGNEHUB_STORM_SEEDS") ?? "1-2").Split('-');
        var (from, to) = (int.Parse(wish[0], CultureInfo.InvariantCulture), int.Parse(wish[^1], CultureInfo.InvariantCulture));
        return [.. Enumerable.Range(from, to - from + 1)];
    }

    private static List<PurseId> Bound(Random random) => [Home, .. All[1..].Where(_ => random.Next(10) < 6)];

    private async Task<long> PrepareAsync(PurseSync sync, Random random, int calls)
    {
        foreach (var purse in All)
        {
            await DoAsync(sync, purse, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd));
        }

        await DoAsync(sync, Team, new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, new Budget(20L * calls, PeriodLength.Day, "UTC")));
        return await GrantAsync(sync, Home, 30L * calls, null) + await GrantAsync(sync, Project, 15L * calls, null)
            + await GrantAsync(sync, All[3], 10L * calls, TimeSpan.FromSeconds(1 + random.Next(5)));
    }

    /// <summary>More credit, soon over or not; another day for the team.</summary>
    /// <param name="isClean">Nothing that was reserved already is taken away.</param>
    private async Task<long> AdministerAsync(PurseSync sync, Random random, bool isClean)
    {
        switch (random.Next(4))
        {
            case 0:
                // In the zone that it has, a lower limit takes away what calls have reserved.
                _zone = (isClean ? _zone != "Asia/Tokyo" : random.Next(2) == 0) ? "Asia/Tokyo" : "America/New_York";
                await DoAsync(sync, Team, new SyncCommand.Configure(
                    PurseKind.Hard, LedgerUnit.NanoUsd, new Budget(1_000 + random.Next(3_000), PeriodLength.Day, _zone)));
                return 0;
            case 1:
                return await GrantAsync(sync, All[random.Next(All.Length)], 200 + random.Next(500), TimeSpan.FromSeconds(1 + random.Next(3)));
            default:
                return await GrantAsync(sync, All[random.Next(All.Length)], 100 + random.Next(500), null);
        }
    }

    /// <summary>Takes a grant back, or a part of it, whatever is left of it: of what calls have reserved, too.</summary>
    private async Task ReverseAsync(PurseSync sync, Random random)
    {
        var at = random.Next(_grants.Count);
        var (purse, grant, amount) = _grants[at];
        _grants.RemoveAt(at);
        var part = Math.Min(amount, random.Next(1, 1_000));
        await DoAsync(sync, purse, new SyncCommand.Reverse(NewOutsideId(), part, "", "", $"{grant.Source}|{grant.Id}"));
        _reversed[purse] = _reversed.GetValueOrDefault(purse) + part;
    }

    private static OutsideId NewOutsideId() => new("test", Guid.NewGuid().ToString("n"));

    private async Task<long> GrantAsync(PurseSync sync, PurseId purse, long amount, TimeSpan? lasts)
    {
        var id = NewOutsideId();
        if (lasts is null && purse != Team)
        {
            _grants.Add((purse, id, amount));
        }

        var command = new SyncCommand.GrantCredit(id, amount, "", "", lasts is { } time ? DateTimeOffset.UtcNow + time : null);
        return await DoAsync(sync, purse, command, command.Expires) ? amount : 0;
    }

    /// <returns>False: it came too late to be booked.</returns>
    /// <param name="until">A grant that took longer than it lasts is refused.</param>
    private static async Task<bool> DoAsync(PurseSync sync, PurseId purse, SyncCommand command, DateTimeOffset? until = null)
    {
        SyncOutcome outcome;
        do
        {
            outcome = (await sync.SyncAsync(purse, command, default)).Outcome;
        }
        while (outcome == SyncOutcome.Busy);
        var isLate = outcome == SyncOutcome.Refused && until <= DateTimeOffset.UtcNow;
        Assert.True(isLate || outcome is SyncOutcome.Done or SyncOutcome.BookedBefore, $"{command}: {outcome}");
        return !isLate;
    }

    /// <summary>When everything is folded, and what dead instances had reserved has come back.</summary>
    private static async Task<PurseState> CalmAsync(PurseSync sync, PurseId purse)
    {
        for (var longest = DateTime.UtcNow.AddMinutes(3); ; await Task.Delay(200))
        {
            var seen = await sync.SyncAsync(purse, SyncCommand.None.Instance, default);
            if (seen is { Complete: true, Folded: 0, State: { Leases.IsEmpty: true } state })
            {
                return state;
            }

            Assert.True(
                DateTime.UtcNow < longest,
                $"{purse} isn't calm: {seen.Outcome}, complete {seen.Complete}, {seen.Folded} folded, {string.Join(", ", seen.State?.Leases ?? [])}");
        }
    }

    private StormInstance NewInstance(ServiceProvider hub, Random random, LeaseTimes times) => new(
        hub, new Random(random.Next()), new StormClock(TimeSpan.FromSeconds(random.Next(-120, 120))), times, _incidents, _taken, Observe);

    private void Observe(PurseId purse, PurseState state) => _debts.AddOrUpdate(purse, state.Debt, (_, most) => Math.Max(most, state.Debt));

    private async Task CallAsync(StormInstance instance, List<PurseId> bound, Random random, bool isClean)
    {
        instance.Begin();
        try
        {
            var hold = (long)random.Next(1, 150);
            var result = await instance.Keeper.ReserveAsync(bound, hold, default);
            Count(result.Outcome);
            if (result.Reservation is not { } reservation)
            {
                return;
            }

            await Task.Delay(random.Next(400));
            if (random.Next(10) == 0)
            {
                reservation.Release();
                return;
            }

            var overrun = !isClean && random.Next(10) == 0 ? random.Next(100) : 0;
            var cost = random.Next(3) == 0 || overrun > 0 ? hold + overrun : random.NextInt64(hold + 1);
            PriceLine[] lines = [new(UnitKind.Input, cost, PriceLine.UnitsPerRate)];
            var usage = UsageSamples.Event(instance.Ids.New()) with { Lines = lines, Cost = cost };
            _overruns[usage.Id] = overrun;
            instance.Usage.Record(usage, reservation.NameLeases(new PurseSet(Home, bound[1..])));
            reservation.Settle(cost);
        }
        finally
        {
            instance.End();
        }
    }

    private void Count(ReserveOutcome outcome)
    {
        _ = outcome switch
        {
            ReserveOutcome.Admitted => Interlocked.Increment(ref _admitted),
            ReserveOutcome.Insufficient => Interlocked.Increment(ref _refused),
            _ => Interlocked.Increment(ref _unavailable),
        };
    }
}
