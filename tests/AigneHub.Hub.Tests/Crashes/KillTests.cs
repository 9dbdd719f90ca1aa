using System.Globalization;
using System.Net;
using AigneHub.Hub.Tests.Support;
using Xunit.Abstractions;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary><c>kill -9</c> at random points: what was charged, and what was lost. docs/crashes.md has the figures.</summary>
[Collection(CrashCollection.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stated = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task KilledGatewaysAndSettlers_ChargeNothingTwiceAndLoseNoMoreThanStated()
    {
        var plan = CrashPlan.Read();
        await using var deployment = new Deployment();
        await deployment.Azurite.StartAsync();
        await using var probe = new QueueProbe(deployment.Azurite.ConnectionString);
        var random = new Random(plan.Seed);
        var gateway = await deployment.StartGatewayAsync();
        var settler = await deployment.StartSettlerAsync();
        var rounds = new List<KillRound>();
        for (var number = 1; number <= plan.Rounds; number++)
        {
            var round = new KillRound(number, (Victim)(number % 3));
            rounds.Add(round);
            using var client = new CallClient(gateway);
            var calls = round.CallAsync(client, plan.Calls, plan.Seed);
            // Anywhere between the first calls' ends and the second call of most callers, and anywhere between two flushes.
            await round.FinishedAsync(random.Next(1, plan.Calls * 3 / 2));
            await probe.CalmAsync();
            await Task.Delay(random.Next(0, 300));
            round.Calm = probe.IsCalm;
            (gateway, settler) = await KillAsync(deployment, round, gateway, settler);
            round.Over();
            await calls;
            if (!round.GatewayDied)
            {
                // The death of a settler loses nothing.
                await Book.SettledAsync(gateway, [.. round.Calls]);
            }
        }

        // What the last gateway still holds, it sends before it ends.
        Assert.Equal(0, await gateway.TerminateAsync());
        await deployment.DrainedAsync();
        gateway = await deployment.StartGatewayAsync();
        var book = await Book.ReadAsync(gateway);

        Report(plan, rounds, book);
        Assert.Contains(rounds, round => round.GatewayDied && round.Calm);
        Assert.All(rounds, round => AssertRound(round, book));
        AssertNoOtherLines(rounds, book);
    }

    private static async Task<(HubProcess Gateway, HubProcess Settler)> KillAsync(
        Deployment deployment, KillRound round, HubProcess gateway, HubProcess settler)
    {
        HubProcess[] victims = round.Victim switch
        {
            Victim.Gateway => [gateway],
            Victim.Settler => [settler],
            _ => [gateway, settler],
        };
        var deaths = Task.CompletedTask;
        round.Kill(() => deaths = Task.WhenAll([.. victims.Select(v => v.KillAsync())]));
        await deaths;
        var newGateway = round.GatewayDied ? deployment.StartGatewayAsync() : Task.FromResult(gateway);
        var newSettler = round.Victim != Victim.Gateway ? deployment.StartSettlerAsync() : Task.FromResult(settler);
        return (await newGateway, await newSettler);
    }

    private static void AssertRound(KillRound round, Book book)
    {
        foreach (var call in round.Calls)
        {
            Assert.True(call.Status is 0 or (int)HttpStatusCode.OK, $"Round {round.Number}: {call.Status} {call.ErrorCode}");
            if (book.Has(call))
            {
                book.AssertLineOf(call);
            }
        }

        Assert.True(round.GatewayDied || !round.Running.Any(), "Without a gateway's death every call comes to its end.");
        Assert.All(Lost(round, book), call =>
        {
            Assert.True(round.GatewayDied, "The death of a settler loses nothing.");
            Assert.True(!round.Calm || round.BeforeKill(call) < Kept, $"Lost {round.BeforeKill(call)} before the kill.");
        });
    }

    /// <summary>A line that no client knows of can only be that of a call whose answer was on its way when the gateway died.</summary>
    private static void AssertNoOtherLines(List<KillRound> rounds, Book book)
    {
        var known = rounds.SelectMany(r => r.Calls).Select(c => c.RequestId).ToHashSet();
        var unknown = book.Ids.Count(id => !known.Contains(id));
        Assert.InRange(unknown, 0, rounds.Sum(r => r.Running.Count(c => c.RequestId is null)));
    }

    private static List<CallRecord> Lost(KillRound round, Book book) =>
        [.. round.Calls.Where(c => c.Finished && !book.Has(c))];

    private void Report(CrashPlan plan, List<KillRound> rounds, Book book)
    {
        output.WriteLine($"{plan.Rounds} rounds, {plan.Calls} calls at once, seed {plan.Seed}");
        output.WriteLine("| round | killed | finished | running at the kill | finished ones lost | of them > 250 ms before | oldest lost | queue |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var round in rounds)
        {
            var lost = Lost(round, book);
            var oldest = lost.Count == 0 ? "" : $"{lost.Max(c => round.BeforeKill(c).TotalMilliseconds):F0} ms";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {round.Number} | {round.Victim} | {round.Calls.Count(c => c.Finished)} | {round.Running.Count()} | {lost.Count} "
                + $"| {lost.Count(c => round.BeforeKill(c) > Stated)} | {oldest} | {(round.Calm ? "prompt" : "slow")} |"));
        }

        output.WriteLine(
            $"{rounds.Sum(r => r.Calls.Count(c => c.Finished))} calls finished, {book.Count} lines, "
            + $"{rounds.Sum(r => Lost(r, book).Count)} finished calls lost, {rounds.Sum(r => r.Running.Count())} running at a kill");
    }
}
