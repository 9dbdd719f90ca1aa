using System.Collections.Concurrent;
using CsCheck;

namespace AigneHub.Unit.Tests.Payments;

/// <summary>
/// Payers, banks, months, webhooks and the clock in any order: webhooks late, twice or never, Stripe and answers failing in between.
/// When all is quiet, the ledger is what the payments entitle to, by a sum of its own.
/// </summary>
public sealed class AnyOrderTests
{
    private const int Runs = 100;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Ledger_AfterAnything_IsWhatThePaymentsEntitleTo(bool packs, bool plans)
    {
        var happened = new ConcurrentDictionary<string, int>();
        Gen.Int[1, 1_000_000].Sample(
            seed =>
            {
                using var run = new AnyOrderRun(seed, packs, plans);
                run.RunAsync().Wait();
                foreach (var what in run.Happened)
                {
                    happened.AddOrUpdate(what, 1, (_, times) => times + 1);
                }
            },
            iter: Runs);
        // The model has to hurt: each of these in more than one run of fifteen.
        List<string> expected =
            ["webhook", "outage", "lost answer", "refund", "dispute won", "dispute lost", "refund of what is disputed", "quiet"];
        expected.AddRange(packs ? ["pack paid", "pack expired"] : []);
        expected.AddRange(plans ? ["month", "end"] : []);
        Assert.All(expected, what =>
        {
            var runs = happened.GetValueOrDefault(what);
            Assert.True(runs > Runs / 15, $"{what}: {runs} runs");
        });
    }
}
