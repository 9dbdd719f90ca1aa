using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>One call's usage on its way.</summary>
/// <param name="Hold">What the call had reserved.</param>
/// <param name="Admitted">When.</param>
internal sealed record SimulatedEvent(Guid Id, long Cost, long Hold, PurseSet Purses, TimeSpan Admitted)
{
    private const long RateOfOneNano = 1_000_000;

    public RawEvent Raw()
    {
        PriceLine[] lines = [new(UnitKind.Input, Cost, RateOfOneNano)];
        var usage = new UsageEvent
        {
            Id = Id,
            Account = PurseNames.OwnerOf(Purses.Home),
            Key = "k",
            Model = "sim/m",
            Front = "f",
            Outcome = CallOutcome.Completed,
            Lines = lines,
            Cost = Cost,
            RateVersion = "r",
            Attempts = [],
            Timings = new CallTimings(null, 0, 0),
        };
        return new RawEvent(UsageEvent.CurrentVersion, Id, "{}", Id.ToString("N"), UnitId.OfEvent(Id), usage, null);
    }
}

/// <summary>
/// What carries usage from instances to settlers: at least once, in any order, sometimes in a second unit. An instance sends
/// what it has every 250 ms; what it has not sent dies with it.
/// </summary>
internal sealed class SimulatedUsage(SimulatedWorld world, Func<SimulatedHost, double, UsageUnit, Task> settle, double delaySeconds)
{
    private readonly Dictionary<SimulatedHost, List<SimulatedEvent>> _waiting = [];
    private readonly Dictionary<SimulatedHost, Backlog> _backlogs = [];

    /// <summary>What the queue has taken.</summary>
    public Dictionary<Guid, SimulatedEvent> Sent { get; } = [];

    /// <summary>Messages that are not settled yet.</summary>
    public int Undelivered { get; private set; }

    public IUsageBacklog BacklogOf(SimulatedHost host) =>
        _backlogs.TryGetValue(host, out var backlog) ? backlog : _backlogs[host] = new Backlog(host);

    public void Record(SimulatedHost host, SimulatedEvent usage)
    {
        _backlogs[host].Events.Add(usage.Id);
        if (!_waiting.TryGetValue(host, out var waiting))
        {
            _waiting[host] = waiting = [];
        }

        if (waiting.Count == 0)
        {
            world.After(TimeSpan.FromMilliseconds(250), () => Flush(host), host);
        }

        waiting.Add(usage);
    }

    private void Flush(SimulatedHost host)
    {
        var events = _waiting[host];
        _waiting.Remove(host);
        var units = events.GroupBy(usage => (
                string.Join(' ', Enumerable.Range(0, usage.Purses.Count).Select(i => $"{usage.Purses[i]}={usage.Purses.LeaseAt(i)}")),
                HubIds.HourOf(usage.Id)))
            .Select((group, index) => (Events: group.ToList(), Index: index)).ToList();
        var message = NewId(world.TrueTime);
        foreach (var (some, index) in units)
        {
            Send(host, new UsageUnit(
                UnitId.OfMessage(message, index), HubIds.HourOf(some[0].Id), some[0].Purses, [.. some.Select(usage => usage.Raw())]), some);
            if (world.Chance(0.05))
            {
                // Requeued by an operator, alone.
                Send(host, new UsageUnit(UnitId.OfEvent(some[0].Id), HubIds.HourOf(some[0].Id), some[0].Purses, [some[0].Raw()]), some[..1]);
            }
        }
    }

    public Guid NewId(DateTimeOffset moment)
    {
        Span<byte> bytes = stackalloc byte[16];
        world.Random.NextBytes(bytes);
        var milliseconds = moment.ToUnixTimeMilliseconds();
        for (var i = 5; i >= 0; i--, milliseconds >>= 8)
        {
            bytes[i] = (byte)milliseconds;
        }

        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private void Send(SimulatedHost host, UsageUnit unit, List<SimulatedEvent> events, double pause = 0.3) => world.After(
        world.Upto(pause),
        () =>
        {
            var fault = world.Random.NextDouble();
            if (fault < 0.1)
            {
                // Not taken, or taken and said not to be: sent again with the same bytes.
                Send(host, unit, events, pause: 1);
            }
            else
            {
                events.ForEach(usage => _backlogs[host].Gone.Add(usage.Id));
            }

            if (fault < 0.05)
            {
                return;
            }

            events.ForEach(usage => Sent[usage.Id] = usage);
            for (var copies = world.Chance(0.15) ? 2 : 1; copies > 0; copies--)
            {
                Undelivered++;
                world.After(world.Upto(delaySeconds), () => Deliver(unit, tries: 0));
            }
        },
        host);

    /// <summary>Each try in a process of its own, which may die at any moment. The third one is calm.</summary>
    private void Deliver(UsageUnit unit, int tries)
    {
        var host = new SimulatedHost(world);
        if (tries < 2 && world.Chance(0.1))
        {
            world.After(world.Upto(0.2), () => host.Dead = true);
        }

        var done = false;
        world.Begin(host, async () =>
        {
            try
            {
                await settle(host, tries < 2 ? 0.01 : 0, unit);
                done = true;
                Undelivered--;
            }
            catch (StorageUnavailableException)
            {
                // Comes again.
            }
        });
        world.After(TimeSpan.FromSeconds(1.5), () =>
        {
            if (!done)
            {
                host.Dead = true;
                Deliver(unit, tries + 1);
            }
        });
    }

    private sealed class Backlog(SimulatedHost host) : IUsageBacklog
    {
        public List<Guid> Events { get; } = [];

        public HashSet<Guid> Gone { get; } = [];

        public long Recorded => Events.Count;

        public long Left => Events.TakeWhile(Gone.Contains).Count();

        public async Task FlushAsync(CancellationToken cancellationToken)
        {
            for (var until = Recorded; Left < until;)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), host.Time, cancellationToken);
            }
        }
    }
}
