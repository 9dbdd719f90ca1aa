using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Ledger;

/// <summary>Instances that hold leases of purses in one ledger.</summary>
public abstract class LeaseKeeperFixture
{
    private protected static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private protected static readonly PurseId Home = PurseId.OfAccount("a");
    private protected static readonly PurseId Team = new("team:t");
    private protected FakeTimeProvider Clock { get; } = new(Start);
    private protected MemoryLedger Ledger { get; }
    private protected IncidentLog Incidents { get; } = new();
    private protected MemoryBacklog Usage { get; } = new();
    private protected List<SyncCommand> Commands { get; } = [];
    private protected Func<SyncCommand, Task> BeforeSync { get; set; } = _ => Task.CompletedTask;

    protected LeaseKeeperFixture() => Ledger = new MemoryLedger(Clock);

    private protected static string? LeaseOf(Reservation call) => call.NameLeases(new PurseSet(Home, [Team])).Leases.Single(id => id is not null);

    private protected static async Task<Reservation> AdmitAsync(LeaseKeeper keeper, long hold, params PurseId[] purses)
    {
        var result = await keeper.ReserveAsync(purses, hold, default);
        Assert.Equal(ReserveOutcome.Admitted, result.Outcome);
        return result.Reservation!;
    }

    private protected async Task AdvanceUntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 1_000 && !await condition(); i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.True(await condition());
    }

    private protected LeaseKeeper New(bool looksAhead = true, TimeProvider? time = null)
    {
        var sync = NewSync();
        return new LeaseKeeper(
            async (purse, command, cancellationToken) =>
            {
                lock (Commands)
                {
                    Commands.Add(command);
                }

                await BeforeSync(command);
                return await sync.SyncAsync(purse, command, cancellationToken);
            },
            Usage, new HubIds(Clock), LeaseTimes.Default, Incidents, new Random(1), time ?? Clock, looksAhead);
    }

    // Conflicts between instances are waited out by the real clock.
    private protected PurseSync NewSync() => new(
        Ledger, new PurseRegistrar(Ledger, LedgerUnit.NanoUsd, Incidents, Clock), LeaseTimes.Default, new NoticeBox(), Incidents, Random.Shared,
        TimeProvider.System);

    private protected async Task GrantAsync(PurseId purse, long amount)
    {
        var sync = NewSync();
        await sync.SyncAsync(purse, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd), default);
        await sync.SyncAsync(purse, PurseSamples.Grant(Guid.NewGuid().ToString(), amount), default);
    }

    private protected async Task<PurseState> StateAsync(PurseId purse) => (await Ledger.ReadPurseAsync(purse, 1, default)).State!.Value;

    private protected sealed class TwoClocks(FakeTimeProvider clock) : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public TimeSpan Wall { get; set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp() + (long)(Elapsed.TotalSeconds * clock.TimestampFrequency);

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Wall;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }
}
