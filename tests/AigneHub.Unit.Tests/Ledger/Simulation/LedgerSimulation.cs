using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using static AigneHub.Testing.SimulatedCommands;

namespace AigneHub.Testing;

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
    private readonly SimulatedCommands _commands;
    private readonly SimulationPromises _promises;
    private readonly SimulatedNotices _notices;
    private readonly bool _overruns;
    private readonly bool _reversals;
    private readonly bool _late;

    public LedgerSimulation(int seed)
    {
        World = new SimulatedWorld(seed);
        Seed = seed;
        var faulty = seed % 2 == 1;
        (_overruns, _reversals, _late) = (faulty && World.Chance(0.5), faulty && World.Chance(0.5), faulty && World.Chance(0.5));
        _commands = new SimulatedCommands(World, _reversals);
        _ledger = new MemoryLedger(new TrueClock(World));
        _usage = new SimulatedUsage(World, SettleAsync, _late ? 45 : 4);
        _notices = new SimulatedNotices(World, _incidents);
        _promises = new SimulationPromises(World, _ledger, _usage, _sums, _notices);
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
        World.RunUntil(World.Now + TimeSpan.FromSeconds(20));
        Array.ForEach([Home, Team, Project, Key], Check);
        Require(_promises.OfLines().FirstOrDefault());
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
            Do(purse, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd, Alerts: Alerts));
        }

        Do(Home, _commands.NewGrant(500 + World.Random.Next(2_500), null));
        Do(Home, _commands.NewGrant(700, World.TrueTime.AddSeconds(5 + World.Random.Next(25))));
        Do(Team, new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, TeamBudget, Alerts));
        Do(Project, _commands.NewGrant(400, World.TrueTime.AddSeconds(3 + World.Random.Next(20))));
        Do(Project, _commands.NewGrant(400, World.TrueTime.AddSeconds(10 + World.Random.Next(20))));
        Do(Project, _commands.NewGrant(300, null));
        Do(Key, new SyncCommand.Configure(
            World.Chance(0.3) ? PurseKind.Soft : PurseKind.Hard, LedgerUnit.NanoUsd, new Budget(300 + World.Random.Next(900), PeriodLength.Week, "Asia/Tokyo"), Alerts));
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
        var (purse, command) = _commands.Next();
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

    private SimulatedStore NewStore(double faults) => new(World, NewLedger(new ObservedLedger(_ledger, Observe)), faults);

    private PurseSync NewSync(SimulatedHost host, double faults) => NewSync(host, NewStore(faults));

    private PurseSync NewSync(SimulatedHost host, ILedgerStore store) => _notices.NewSync(
        host, notices => new PurseSync(store, NewRegistrar(host), Times, notices, _incidents, World.Random, host.Time));

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
        var made = _debtMade.GetValueOrDefault(purse);
        var (state, wrongs) = _promises.Of(purse, made, _reversals, IsClean);
        Require(wrongs.Select(wrong => $"{purse} {wrong}").FirstOrDefault());
        (Counts.Late, Counts.Notices) = (Counts.Late + state.Late, Counts.Notices + state.NoticeSeq);
        Counts.Overspent += made;
    }

    /// <summary>Nothing was broken, and what an instance gave up without a running call has left by folding.</summary>
    private void CheckLeases()
    {
        Require(SimulationPromises.Broken(_incidents.All));
        if (!_late)
        {
            Require(SimulationPromises.Reclaimed(_incidents.All, _closed.Select(closed => closed.Lease)));
            Counts.ClosedByFolding += _closed.Count;
        }
    }

    /// <summary>At once and without faults.</summary>
    private SyncResult Do(PurseId purse, SyncCommand command)
    {
        var host = new SimulatedHost(World);
        var store = new ShortPages(NewLedger(new ObservedLedger(_ledger, Observe)));
        var result = NewSync(host, store).SyncAsync(purse, command, default).GetAwaiter().GetResult();
        Require(result.Outcome == SyncOutcome.Done, $"{command} on {purse}: {result}");
        _sums.Answered(purse, command);
        return result;
    }

    private void Require(bool holds, string otherwise) => Require(holds ? null : otherwise);

    private void Require(string? wrong)
    {
        if (wrong is not null)
        {
            throw new InvalidOperationException($"Seed {Seed}: {wrong}.");
        }
    }

    private sealed record Instance(SimulatedHost Host, SimulatedStore Store, LeaseKeeper Keeper, CancellationTokenSource Stopped);
}
