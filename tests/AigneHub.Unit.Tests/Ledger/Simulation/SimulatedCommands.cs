using System.Globalization;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>What an administrator does to the purses of a run.</summary>
/// <param name="reversals">Credit may be taken back, too.</param>
internal sealed class SimulatedCommands(SimulatedWorld world, bool reversals)
{
    public static readonly PurseId Home = PurseId.OfAccount("a");
    public static readonly PurseId Team = new("team:t");
    public static readonly PurseId Project = new("project:p");
    public static readonly PurseId Key = new("key:k");
    public static readonly Budget TeamBudget = new(900, PeriodLength.Day, "UTC");

    public static readonly PurseAlerts Alerts = new([50, 80, 100], LowBalance: 200);

    private int _outsideIds;

    public (PurseId Purse, SyncCommand Command) Next()
    {
        var purse = world.Random.Next(4) switch { 0 => Home, 1 => Team, 2 => Project, _ => Key };
        var id = NewId();
        SyncCommand command = world.Random.Next(reversals ? 8 : 4) switch
        {
            0 => NewGrant(world.Random.Next(1, 400), world.Chance(0.3) ? null : world.TrueTime.AddSeconds(2 + world.Random.Next(20))),
            1 => new SyncCommand.Adjust(id, world.Random.Next(1, 200), "", ""),
            2 => new SyncCommand.SetPayment(new Payment("p" + world.Random.Next(2), "o", 10, 303, world.Random.Next(11))),
            3 => SyncCommand.None.Instance,
            4 => new SyncCommand.Adjust(id, -world.Random.Next(1, 400), "", ""),
            5 => new SyncCommand.Reverse(id, world.Random.Next(1, 400), "", "", "admin|" + world.Random.Next(_outsideIds + 1)),
            6 => new SyncCommand.SetPayment(new Payment("p" + world.Random.Next(2), "o", 10, 303, 10, world.Random.Next(11))),
            _ => new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, TeamBudget with { Limit = world.Random.Next(300, 1_200) }, Alerts),
        };
        return (command is SyncCommand.Configure ? Team : purse, command);
    }

    public SyncCommand.GrantCredit NewGrant(long amount, DateTimeOffset? expires) =>
        new(NewId(), amount, "", "", expires, world.Random.Next(2));

    private OutsideId NewId() => new("admin", (++_outsideIds).ToString(CultureInfo.InvariantCulture));
}
