using System.Net;
using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Hub.Tests.Crashes;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Credit;

/// <summary>
/// The race that gateways lose which compare first and charge afterwards: many calls at once, on several instances, for credit that
/// carries some of them.
/// </summary>
[Collection(CrashCollection.Name)]
public sealed class CreditRaceTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Calls = 200;
    private const int Carried = 23;

    // 2.50 USD a million prompt tokens for each byte of the body and 256 more, 10 USD a million of the answer's 100.
    private const string Body = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hello!"}],"max_tokens":100}""";

    [Fact]
    public async Task ParallelCalls_OnTwoInstances_ExactlyAsManyAsTheCreditCarriesReachTheVendor()
    {
        var decided = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync(async (context, _) =>
        {
            // Held open until every call is decided: none is paid by what another gives back.
            await decided.Task;
            await context.Response.WriteAsync(FakeUpstream.Answer("Hi", 10, 5));
        });
        await using var first = await StartAsync(upstream);
        await using var second = await StartAsync(upstream);
        var hold = ((Body.Length + 256) * 2_500L) + (100 * 10_000L);
        var (account, key) = await first.NewAccountAsync(Carried * hold);

        var refused = 0;
        var calls = Enumerable.Range(0, Calls).Select(async i =>
        {
            using var response = await (i % 2 == 0 ? first : second).ChatAsync(Body, key);
            if (response.StatusCode == HttpStatusCode.PaymentRequired)
            {
                Interlocked.Increment(ref refused);
            }

            return response.StatusCode;
        }).ToList();
        await Until.TrueAsync(
            () => Task.FromResult(upstream.Requests.Count + Volatile.Read(ref refused) + calls.Count(call => call.IsCompleted && call.Result
                is not (HttpStatusCode.OK or HttpStatusCode.PaymentRequired)) >= Calls),
            "every call's decision");
        decided.SetResult();
        var statuses = await Task.WhenAll(calls);

        Assert.Equal(Carried, upstream.Requests.Count);
        Assert.Equal(Carried, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(Calls - Carried, statuses.Count(status => status == HttpStatusCode.PaymentRequired));

        // 10 prompt tokens and 5 of the answer each.
        var state = await first.StateWithoutLeasesAsync(PurseId.OfAccount(account));
        Assert.Equal((Carried * 75_000L, 0L, 0L), (state.Spent, state.Debt, state.Late));
    }

    private Task<TestHub> StartAsync(FakeUpstream upstream) => TestHub.StartAsync(
        azurite, upstream, new Dictionary<string, string?> { ["AigneHub:Leases:IdleSeconds"] = "0.5" },
        // Without looking ahead every nano is there for the call that needs it.
        services => services.AddSingleton(s => new LeaseKeeper(
            s.GetRequiredService<PurseSync>().SyncAsync, s.GetRequiredService<IUsageBacklog>(), s.GetRequiredService<HubIds>(),
            s.GetRequiredService<LeaseTimes>(), s.GetRequiredService<IIncidents>(), s.GetRequiredService<Random>(),
            s.GetRequiredService<TimeProvider>(), looksAhead: false)));
}
