using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>What a run has seen; added up over runs it tells whether the model hurts.</summary>
internal sealed class SimulationCounts
{
    public int Runs { get; set; }
    public int CleanRuns { get; set; }
    public int Calls { get; set; }
    public int Admitted { get; set; }
    public int Insufficient { get; set; }
    public int Unavailable { get; set; }
    public int Syncs { get; set; }
    public int Kills { get; set; }
    public int Reclaimed { get; set; }
    public int AdmittedAfterRoll { get; set; }

    /// <summary>Under the lease of an instance that lives.</summary>
    public int Expiries { get; set; }

    /// <summary>Under the lease of an instance that lives.</summary>
    public int Periods { get; set; }
    public int ClosedByFolding { get; set; }
    public long Late { get; set; }
    public long Overspent { get; set; }

    public void Add(SimulationCounts other)
    {
        foreach (var property in GetType().GetProperties())
        {
            var sum = Convert.ToInt64(property.GetValue(this), null) + Convert.ToInt64(property.GetValue(other), null);
            property.SetValue(this, Convert.ChangeType(sum, property.PropertyType, null));
        }
    }

    public override string ToString() => string.Join(", ", GetType().GetProperties().Select(property => $"{property.Name} {property.GetValue(this)}"));
}

/// <summary>
/// Four instances of a hub, its settlers and an administrator over one ledger, all of them the real code, through half a
/// minute of calls bound by several nearly empty purses. Processes die, stall, lose storage and have wrong clocks; the
/// purses' credit expires and their day ends. In half of the runs upstreams keep their limits, nothing is reversed and no
/// usage is later than a lease's grace: no nano may be overspent then.
/// </summary>
internal class LedgerSimulation
{
    private const int Instances = 4;
    private static readonly TimeSpan CallsUntil = TimeSpan.FromSeconds(34);
    private static readonly PurseId Home = PurseId.OfAccount("a");
    private static readonly PurseId Team = new("team:t");
    private static readonly PurseId Project = new("project:p");
    private static readonly PurseId Key = new("key:k");
    private static readonly Budget TeamBudget = new(900, PeriodLength.Day, "UTC");

    private readonly MemoryLedger _ledger;
    private readonly IncidentLog _incidents = new();
    private readonly SimulatedUsage _usage;
    private readonly List<Instance> _instances = [];
    private readonly List<SimulatedHost> _hosts = [];
    private readonly Dictionary<PurseId, long> _debts = [];
    private readonly Dictionary<PurseId, long> _debtMade = [];
    private readonly Dictionary<string, SimulatedHost> _leases = [];
    private readonly Dictionary<string, TimeSpan> _lastUses = [];
    private readonly List<(string Lease, SimulatedHost Host, TimeSpan At)> _closed = [];
    private readonly IndependentSums _sums = new();
    private readonly bool _overruns;
    private readonly bool _reversals;
    private readonly bool _late;
    private int _outsideIds;

    public LedgerSimulation(int seed)
    {
        World = new SimulatedWorld(seed);
        Seed = seed;
        var faulty = seed % 2 == 1;
        (_overruns, _reversals, _late) = (faulty && World.Chance(0.5), faulty && World.Chance(0.5), faulty && World.Chance(0.5));
        _ledger = new MemoryLedger(new TrueClock(World));
        _usage = new SimulatedUsage(World, SettleAsync, _late ? 45 : 4);
    }

    public int Seed { get; }

    public SimulationCounts Counts { get; } = new();

    private SimulatedWorld World { get; }

    /// <summary>A call lasts 3 s, a stall 2 s, a message 9 s at most in clean runs.</summary>
    private static LeaseTimes Times { get; } = new(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(4));

    private bool IsClean => !_overruns && !_reversals && !_late;

    /// <exception cref="Exception">A promise is broken.</exception>
    public void Run()
    {
        Prepare();
        for (var i = 0; i < Instances; i++)
        {
            _instances.Add(NewInstance());
        }

        var calls = 30 + World.Random.Next(80);
        for (var i = 0; i < calls; i++)
        {
            World.After(World.Upto(CallsUntil.TotalSeconds), Call);
        }

        for (var i = World.Random.Next(12); i > 0; i--)
        {
            World.After(World.Upto(CallsUntil.TotalSeconds), Trouble);
            World.After(World.Upto(CallsUntil.TotalSeconds), Administer);
        }

        World.RunUntil(CallsUntil + TimeSpan.FromSeconds(5));
        foreach (var instance in _instances)
        {
            // Some stop in order, some are killed.
            if (World.Chance(0.5))
            {
                Stop(instance);
            }
            else
            {
                instance.Host.Dead = true;
            }
        }

        var stalledUntil = _hosts.Max(host => host.StalledUntil);
        World.RunUntil((stalledUntil > World.Now ? stalledUntil : World.Now) + TimeSpan.FromSeconds(10));
        for (var i = 0; _usage.Undelivered > 0 || (World.IsBusy && i < 10); i++)
        {
            World.RunUntil(World.Now + TimeSpan.FromSeconds(2));
        }

        Require(!World.IsBusy, "something never ends");
        // What calls that run on hold of it is no longer given back.
        _closed.RemoveAll(closed => closed.Host.Dead || _lastUses.GetValueOrDefault(closed.Lease) >= closed.At);
        _hosts.ForEach(host => host.Dead = true);
        World.RunUntil(World.Now + Times.Term + Times.Grace + TimeSpan.FromSeconds(10));
        FoldAll();
        foreach (var purse in (PurseId[])[Home, Team, Project, Key])
        {
            Check(purse);
        }

        CheckLines();
        CheckLeases();
        Counts.Runs = 1;
        Counts.CleanRuns = IsClean ? 1 : 0;
        Counts.Reclaimed = _incidents.All.Count(incident => incident.Kind == IncidentKind.LeaseReclaimed);
    }

    protected virtual ILedgerStore NewLedger(ILedgerStore ledger) => ledger;

    protected virtual SyncPurse NewSync(SimulatedHost host, PurseSync sync) => sync.SyncAsync;

    private void Prepare()
    {
        foreach (var purse in (PurseId[])[Home, Team, Project, Key])
        {
            Do(purse, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd));
        }

        Do(Home, NewGrant(500 + World.Random.Next(2_500), null));
        Do(Home, NewGrant(700, World.TrueTime.AddSeconds(5 + World.Random.Next(25))));
        Do(Team, new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, TeamBudget));
        Do(Project, NewGrant(400, World.TrueTime.AddSeconds(3 + World.Random.Next(20))));
        Do(Project, NewGrant(400, World.TrueTime.AddSeconds(10 + World.Random.Next(20))));
        Do(Project, NewGrant(300, null));
        Do(Key, new SyncCommand.Configure(
            World.Chance(0.3) ? PurseKind.Soft : PurseKind.Hard, LedgerUnit.NanoUsd, new Budget(300 + World.Random.Next(900), PeriodLength.Week, "Asia/Tokyo")));
    }

    private void Call()
    {
        var instance = _instances[World.Random.Next(Instances)];
        List<PurseId> bound = [Home];
        bound.AddRange(((PurseId[])[Team, Project, Key]).Where(_ => World.Chance(0.6)));
        var hold = (long)World.Random.Next(1, 150);
        Counts.Calls++;
        World.Begin(instance.Host, () => CallAsync(instance, bound, hold));
    }

    private async Task CallAsync(Instance instance, List<PurseId> bound, long hold)
    {
        using var client = new CancellationTokenSource(
            World.Chance(0.1) ? World.Upto(0.1) : Timeout.InfiniteTimeSpan, instance.Host.Time);

        ReserveResult result;
        try
        {
            instance.Host.Waiting++;
            result = await instance.Keeper.ReserveAsync(bound, hold, client.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        finally
        {
            instance.Host.Waiting--;
        }

        Count(result.Outcome);
        if (result.Reservation is not { } reservation)
        {
            return;
        }

        var purses = reservation.NameLeases(new PurseSet(Home, bound[1..]));
        var admitted = World.Now;
        Counts.AdmittedAfterRoll += World.TrueTime.Date > SimulatedWorld.Start.Date ? 1 : 0;
        Use(purses);
        await Task.Delay(World.Upto(3), instance.Host.Time);
        Use(purses);
        if (World.Chance(0.1))
        {
            reservation.Release();
            return;
        }

        var cost = World.Chance(0.3) ? hold : _overruns && World.Chance(0.1) ? hold + World.Random.Next(200) : World.Random.NextInt64(hold + 1);
        _usage.Record(instance.Host, new SimulatedEvent(_usage.NewId(World.TrueTime), cost, hold, purses, admitted));
        reservation.Settle(cost);
        reservation.Settle(cost);
    }

    private void Use(PurseSet purses)
    {
        for (var i = 0; i < purses.Count; i++)
        {
            if (purses.LeaseAt(i) is { } lease)
            {
                _lastUses[lease] = World.Now;
            }
        }
    }

    private void Stop(Instance instance) => World.Begin(
        instance.Host,
        () =>
        {
            instance.Stopped.Cancel();
            return instance.Keeper.StopAsync(default);
        });

    private void Count(ReserveOutcome outcome)
    {
        Counts.Admitted += outcome == ReserveOutcome.Admitted ? 1 : 0;
        Counts.Insufficient += outcome == ReserveOutcome.Insufficient ? 1 : 0;
        Counts.Unavailable += outcome is ReserveOutcome.Unavailable or ReserveOutcome.Busy ? 1 : 0;
    }

    private void Trouble()
    {
        var at = World.Random.Next(Instances);
        var instance = _instances[at];
        switch (World.Random.Next(4))
        {
            case 0:
                Counts.Kills++;
                instance.Host.Dead = true;
                _instances[at] = NewInstance();
                break;
            case 1:
                instance.Host.StalledUntil = World.Now + World.Upto(_late ? 40 : 2);
                break;
            case 2:
                instance.Store.CutOffUntil = World.Now + World.Upto(45);
                break;
            default:
                Stop(instance);
                _instances[at] = NewInstance();
                break;
        }
    }

    private void Administer()
    {
        var purse = World.Random.Next(4) switch { 0 => Home, 1 => Team, 2 => Project, _ => Key };
        var id = new OutsideId("admin", (++_outsideIds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        SyncCommand command = World.Random.Next(_reversals ? 8 : 4) switch
        {
            0 => NewGrant(World.Random.Next(1, 400), World.Chance(0.3) ? null : World.TrueTime.AddSeconds(2 + World.Random.Next(20))),
            1 => new SyncCommand.Adjust(id, World.Random.Next(1, 200), "", ""),
            2 => new SyncCommand.SetPayment(new Payment("p" + World.Random.Next(2), "o", 10, 303, World.Random.Next(11))),
            3 => SyncCommand.None.Instance,
            4 => new SyncCommand.Adjust(id, -World.Random.Next(1, 400), "", ""),
            5 => new SyncCommand.Reverse(id, World.Random.Next(1, 400), "", "", "admin|" + World.Random.Next(_outsideIds + 1)),
            6 => new SyncCommand.SetPayment(new Payment("p" + World.Random.Next(2), "o", 10, 303, 10, World.Random.Next(11))),
            _ => new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, TeamBudget with { Limit = World.Random.Next(300, 1_200) }),
        };
        purse = command is SyncCommand.Configure ? Team : purse;
        var host = new SimulatedHost(World);
        var sync = NewSync(host, 0.02);
        World.Begin(host, async () =>
        {
            // Repeated until it is answered: every repeat means the same.
            for (var done = false; !done;)
            {
                try
                {
                    var outcome = (await sync.SyncAsync(purse, command, default)).Outcome;
                    done = outcome != SyncOutcome.Busy;
                    if (outcome is SyncOutcome.Done or SyncOutcome.BookedBefore)
                    {
                        _sums.Answered(purse, command);
                    }
                }
                catch (StorageUnavailableException)
                {
                    // Again.
                }
            }
        });
    }

    private SyncCommand.GrantCredit NewGrant(long amount, DateTimeOffset? expires) => new(
        new OutsideId("admin", (++_outsideIds).ToString(System.Globalization.CultureInfo.InvariantCulture)), amount, "", "", expires, World.Random.Next(2));

    private Instance NewInstance()
    {
        var host = new SimulatedHost(World);
        _hosts.Add(host);
        var store = NewStore(0.02);
        var sync = NewSync(host, NewSync(host, store));
        var keeper = new LeaseKeeper(
            (purse, command, cancellationToken) => WatchAsync(host, (SyncCommand.UseLease)command, sync(purse, command, cancellationToken)),
            _usage.BacklogOf(host), new HubIds(host.Time), Times, _incidents, World.Random, host.Time, looksAhead: World.Chance(0.8));
        var stopped = new CancellationTokenSource();
        World.After(default, () => _ = keeper.RunAsync(stopped.Token), host);
        return new Instance(host, store, keeper, stopped);
    }

    private async Task<SyncResult> WatchAsync(SimulatedHost host, SyncCommand.UseLease command, Task<SyncResult> answer)
    {
        Counts.Syncs++;
        _leases[command.Id] = host;
        var (sent, unused) = (World.Now, host.Waiting == 0);
        var result = await answer;
        if (command.Close && unused && result is { Outcome: SyncOutcome.Done, Lease.Lost: false })
        {
            _closed.Add((command.Id, host, sent));
        }

        return result;
    }

    private SimulatedStore NewStore(double faults) => new(World, NewLedger(new Observed(_ledger, Observe)), faults);

    private PurseSync NewSync(SimulatedHost host, double faults) => NewSync(host, NewStore(faults));

    private PurseSync NewSync(SimulatedHost host, ILedgerStore store) =>
        new(store, NewRegistrar(host), Times, _incidents, World.Random, host.Time);

    private PurseRegistrar NewRegistrar(SimulatedHost host) => new(_ledger, LedgerUnit.NanoUsd, _incidents, host.Time);

    private async Task SettleAsync(SimulatedHost host, double faults, UsageUnit unit)
    {
        var box = new PoisonBox(_ledger, new MemoryQueue(), new HubIds(host.Time), _incidents, host.Time);
        await new UsageSettler(NewStore(faults), NewRegistrar(host), box, host.Time).SettleAsync(unit, default);
        for (var i = 0; i < unit.Purses.Count; i++)
        {
            if (World.Chance(0.3))
            {
                await NewSync(host, faults).SyncAsync(unit.Purses[i], SyncCommand.None.Soon, default);
            }
        }
    }

    private void Observe(PurseId purse, LedgerCommit commit)
    {
        var state = commit.State;
        var made = state.Debt - _debts.GetValueOrDefault(purse);
        _debts[purse] = state.Debt;
        _sums.Committed(purse, commit, World.Now);
        if (state.Leases.Any(
            lease => !lease.Closing && lease.UsableUntil > World.TrueTime && _leases.TryGetValue(lease.Id, out var host) && !host.Dead))
        {
            Counts.Expiries += commit.Movements.Count(movement => movement.Kind == MovementKind.Expiry);
            Counts.Periods += commit.Movements.Count(movement => movement.Kind == MovementKind.Period);
        }

        if (state.Kind is PurseKind.Soft or PurseKind.Unlimited)
        {
            return;
        }

        _debtMade[purse] = _debtMade.GetValueOrDefault(purse) + Math.Max(0, made);
        if (IsClean)
        {
            Require(state.Debt == 0 && state.Available >= 0 && state.Late == 0, $"{purse} is overspent at {World.Now}: {state}");
        }
    }

    private void FoldAll()
    {
        foreach (var purse in (PurseId[])[Home, Team, Project, Key])
        {
            while (Do(purse, SyncCommand.None.Instance) is not { Folded: 0, Complete: true })
            {
            }
        }
    }

    private void Check(PurseId purse)
    {
        var view = _ledger.ReadPurseAsync(purse, 1_000, default).GetAwaiter().GetResult();
        var state = view.State!.Value;
        var events = _usage.Sent.Values.Where(usage => usage.Purses.Home == purse || usage.Purses.Others.Contains(purse)).ToList();
        Require(view.Inbox.Count == 0, $"{purse} has units that are not folded");
        Require(state.Spent == events.Sum(usage => usage.Cost), $"{purse} has spent {state.Spent}, its events cost {events.Sum(usage => usage.Cost)}");
        Require(state.Leases.IsEmpty && state.Kept == 0, $"{purse} still has leases");
        var report = new LedgerAuditor(_ledger)
            .AuditAsync(purse, HourSpan.Between(SimulatedWorld.Start.AddDays(-1), SimulatedWorld.Start.AddDays(1)), default).GetAwaiter().GetResult();
        Require(report.Agrees, $"{purse}: {string.Join(", ", report.Findings)}");
        foreach (var wrong in _sums.WhatIsWrong(purse, state, World.TrueTime, IsClean ? events : null))
        {
            Require(false, $"{purse}: {wrong}");
        }

        // Every nano that was overspent has its cause.
        var overrun = events.Sum(usage => Math.Max(0, usage.Cost - usage.Hold));
        var made = _debtMade.GetValueOrDefault(purse);
        Require(made <= overrun + state.Late + (_reversals ? state.Reversed : 0), $"{purse} has overspent {made}: overrun {overrun}, {state}");
        Counts.Late += state.Late;
        Counts.Overspent += made;
    }

    private void CheckLines()
    {
        var lines = _ledger.ReadEventsAsync(Home, null, 10_000, default).GetAwaiter().GetResult();
        Require(lines.Select(line => line.Id).Order().SequenceEqual(_usage.Sent.Keys.Order()), "a line is missing or too many");
        Require(_ledger.Poisoned.Count == 0, "usage is in the poison table");
    }

    /// <summary>Nothing was broken, and what an instance gave up without a running call has left by folding.</summary>
    private void CheckLeases()
    {
        var broken = _incidents.All.FirstOrDefault(
            incident => incident.Kind is IncidentKind.LeaseFailed or IncidentKind.FoldFailed or IncidentKind.MovementConflict);
        Require(broken is null, $"{broken}");
        if (!_late)
        {
            var reclaimed = _incidents.All.Where(incident => incident.Kind == IncidentKind.LeaseReclaimed)
                .Select(incident => incident.Subject).ToHashSet();
            var wrong = _closed.Find(closed => reclaimed.Contains(closed.Lease));
            Require(wrong.Lease is null, $"lease {wrong.Lease} was closed in order at {wrong.At} and reclaimed");
            Counts.ClosedByFolding += _closed.Count;
        }
    }

    /// <summary>At once and without faults.</summary>
    private SyncResult Do(PurseId purse, SyncCommand command)
    {
        var host = new SimulatedHost(World);
        var store = new ShortPages(NewLedger(new Observed(_ledger, Observe)));
        var result = NewSync(host, store).SyncAsync(purse, command, default).GetAwaiter().GetResult();
        Require(result.Outcome == SyncOutcome.Done, $"{command} on {purse}: {result}");
        _sums.Answered(purse, command);
        return result;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Seed {Seed}: {otherwise}.");
        }
    }

    private sealed record Instance(SimulatedHost Host, SimulatedStore Store, LeaseKeeper Keeper, CancellationTokenSource Stopped);

    /// <summary>As if the inbox were always longer than one read.</summary>
    private sealed class ShortPages(ILedgerStore inner) : WrappedLedger(inner)
    {
        public override Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken) =>
            base.ReadPurseAsync(purse, 3, cancellationToken);
    }

    private sealed class Observed(ILedgerStore inner, Action<PurseId, LedgerCommit> observe) : WrappedLedger(inner)
    {
        public override async Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken)
        {
            var result = await base.CommitAsync(purse, commit, cancellationToken);
            if (result == CommitResult.Committed)
            {
                observe(purse, commit);
            }

            return result;
        }
    }
}
