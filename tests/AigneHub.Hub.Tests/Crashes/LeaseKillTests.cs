using System.Globalization;
using AigneHub.Core.Ledger;
using AigneHub.Hub.Tests.Support;
using Xunit.Abstractions;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>
/// <c>kill -9</c> of gateways that share what is left of an account and of a key's budget: what they had reserved comes back, and nobody
/// has spent more than there was.
/// </summary>
[Collection(CrashCollection.Name)]
public sealed class LeaseKillTests(ITestOutputHelper output)
{
    private const int Gateways = 4;
    private static readonly LeaseTimes Times = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(0.5));

    [Fact]
    public async Task KilledGateways_NearlyEmptyPurses_SpendWhatThereIsAndGiveBackTheRest()
    {
        var plan = CrashPlan.Read();
        await using var deployment = new Deployment(Settings());
        await deployment.Azurite.StartAsync();
        await using var witness = await deployment.WatchQueueAsync();
        var first = await deployment.StartGatewayAsync();
        await using var purses = new CrashPurses(deployment.Azurite.ConnectionString, Times);
        var keys = await purses.CreateAsync(first);
        await purses.AddAsync(CrashPurses.Home, 3_000_000);
        var random = new Random(plan.Seed);
        var settler = deployment.StartSettlerAsync();
        var others = Enumerable.Range(1, Gateways - 1).Select(_ => deployment.StartGatewayAsync()).ToArray();
        HubProcess[] processes = [first, .. await Task.WhenAll(others)];
        LeasedGateway New(HubProcess process) => new(process, keys, Math.Max(1, plan.Calls / Gateways), random);
        var running = processes.Select(New).ToArray();
        var all = running.ToList();
        using var over = new CancellationTokenSource();
        var adding = Task.Run(() => AddAsync(purses, new Random(plan.Seed), over.Token));

        // A round kills one to three gateways.
        for (var round = 1; round <= (plan.Rounds + 1) / 2; round++)
        {
            var victims = Enumerable.Range(0, Gateways).ToArray();
            random.Shuffle(victims);
            victims = victims[..random.Next(1, Gateways)];
            await Until.TrueAsync(
                () => Task.FromResult(victims.All(at => running[at].Finished >= plan.Calls / Gateways)), "the victims have served calls");
            await Task.Delay(random.Next(0, 300));
            var deaths = victims.Select(at => running[at].KillAsync()).ToList();
            if (round % 2 == 0)
            {
                deaths.Add((await settler).KillAsync());
                settler = deployment.StartSettlerAsync();
            }

            await Task.WhenAll(deaths);
            var born = await Task.WhenAll(victims.Select(_ => deployment.StartGatewayAsync()));
            for (var i = 0; i < victims.Length; i++)
            {
                all.Add(running[victims[i]] = New(born[i]));
            }
        }

        await over.CancelAsync();
        await adding;
        await Task.WhenAll(running.Select(gateway => gateway.EndAsync()));
        await settler;
        await deployment.DrainedAsync();
        await AssertAsync(purses, witness.Taken(), all);
        all.ForEach(gateway => gateway.Dispose());
    }

    private static Dictionary<string, string> Settings() => new()
    {
        ["AigneHub__Mode"] = "Provider",
        ["AigneHub__Leases__TermSeconds"] = Times.Term.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ["AigneHub__Leases__GraceSeconds"] = Times.Grace.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ["AigneHub__Leases__IdleSeconds"] = Times.Idle.TotalSeconds.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Never enough for all.</summary>
    private static async Task AddAsync(CrashPurses purses, Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await purses.AddAsync(CrashPurses.Home, random.Next(100_000, 600_000));
            await purses.AddAsync(purses.Budget, random.Next(50_000, 200_000));
            // Often: what is wrong may be right again soon.
            for (var i = 0; i < 5; i++)
            {
                await Task.Delay(60, CancellationToken.None);
                await purses.LookAsync(CrashPurses.Home);
                await purses.LookAsync(purses.Budget);
            }
        }
    }

    private async Task AssertAsync(CrashPurses purses, IReadOnlyList<TakenEvent> taken, List<LeasedGateway> gateways)
    {
        var lines = await purses.LinesAsync();
        Assert.Equal(
            taken.Select(one => (one.Id, (long?)one.Cost)).Order(), lines.Select(line => (line.Id, line.Cost)).Order());
        var survivors = gateways.Where(gateway => !gateway.IsKilled).SelectMany(gateway => gateway.Calls).ToList();
        var charged = taken.Select(one => one.Id).ToHashSet();
        Assert.All(survivors.Where(call => call.Finished), call => Assert.Contains(Guid.Parse(call.RequestId!), charged));
        var living = survivors.Where(call => call.RequestId is not null)
            .Select(call => Guid.Parse(call.RequestId!)).ToHashSet();
        foreach (var purse in purses.All)
        {
            var state = await purses.CalmAsync(purse);
            await purses.AssertAddsUpAsync(purse);
            var events = taken.Where(one => one.Purses.Contains(purse)).ToList();
            Assert.Equal(events.Sum(one => one.Cost), state.Spent);
            // A lease is reclaimed from the dead alone: all that came after it is theirs, and nothing else may make debt.
            var ofTheDead = events.Where(one => !living.Contains(one.Id)).Sum(one => one.Cost);
            output.WriteLine(
                $"{purse}: {state.Granted} nano granted, {state.Spent} spent in {events.Count} calls, {ofTheDead} of them at gateways that "
                + $"were killed; {state.Unreported} reclaimed, {state.Late} late, {purses.DebtMade(purse)} ever owed");
            Assert.InRange(state.Late, 0, ofTheDead);
            Assert.InRange(purses.DebtMade(purse), 0, state.Late);
            var least = purses.LeastAvailable(purse);
            Assert.True(least >= -state.Late, $"{purse}: {least} were available at times");
            Assert.True(state.Unreported > 0, "A lease has met a kill.");
        }

        var calls = gateways.SelectMany(gateway => gateway.Calls).ToList();
        Assert.All(calls, call => Assert.True(call.Status is 0 or 200 or 402 or 503, $"{call.Status} {call.ErrorCode}"));
        var killed = gateways.Where(gateway => gateway.IsKilled).ToList();
        var atKills = killed.SelectMany(gateway => gateway.Calls).Where(call => call.Broken is not null).ToList();
        var lost = killed.SelectMany(gateway => gateway.Calls)
            .Count(call => call.Finished && !charged.Contains(Guid.Parse(call.RequestId!)));
        output.WriteLine(
            $"{killed.Count} gateways killed, {calls.Count} calls: {calls.Count(call => call.Finished)} finished, "
            + $"{calls.Count(call => call.Status == 402)} refused for credit, {calls.Count(call => call.Status == 503)} for storage, "
            + $"{atKills.Count} running at a kill; {lines.Count} lines, {lost} finished calls lost");
        Assert.NotEmpty(atKills);
        Assert.Contains(calls, call => call.Status == 402);
    }
}
