using System.Text;
using System.Text.Json;
using AigneHub.Core.Access;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Credit;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers.Tokenizers;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Bench.Micro;

/// <summary>All that credit adds to a call while the lease has enough: what it may cost at most, the reservation, its end.</summary>
[MemoryDiagnoser]
public class CreditBenchmarks
{
    private Exchange _exchange = null!;
    private CreditAdmission _credit = null!;

    /// <summary>Size of the request in bytes, about.</summary>
    [Params(200, 2_000, 20_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        var rates = new ModelRates(new Dictionary<UnitKind, Rate>
        {
            [UnitKind.Input] = Rate.Flat(2_500_000_000),
            [UnitKind.CachedInput] = Rate.Flat(1_250_000_000),
            [UnitKind.Output] = Rate.Flat(10_000_000_000),
        });
        var provider = new ProviderEntry("openai", "openai", "OpenAI", [], [], 0, ClientGonePolicy.Cancel);
        var turns = string.Join(',', Enumerable.Repeat("""{"role":"user","content":"What is the sea made of, please?"}""", Math.Max(1, Bytes / 64)));
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"model":"openai/gpt-4o","temperature":0.2,"messages":[{{turns}}]}"""));
        var (body, _) = await RequestBody.ReadAsync(http.Request, new BodyMemory(1 << 20), 1 << 20, default);
        var key = new KeyRecord { Id = "key_1", Hash = "", Account = "a", Name = "n", Role = Role.Member, Hint = "", CreatedAt = default };
        var account = new OwnerRecord
        {
            Kind = OwnerKind.Account,
            Id = "a",
            Name = "A",
            CreatedAt = default,
            Terms = new PurseTerms(PurseKind.Credit),
        };
        _exchange = new Exchange(ModelFront.OpenAiChat, http, Guid.Empty, TimeProvider.System)
        {
            Caller = new Caller(key, CallTerms.Of(key, account, null, null), []),
            Body = body!,
            Head = RequestHeadParser.Parse(body!.Bytes.Span, HeadShape.Chat).Head!,
            Plan = new RoutePlan([new RouteTarget(provider, "gpt-4o", rates, 16_384, null, 128_000)]),
        };
        var keeper = new LeaseKeeper(
            Plenty.SyncAsync, new Plenty(), new HubIds(TimeProvider.System), LeaseTimes.Default, new Plenty(), new Random(1),
            TimeProvider.System);
        _credit = new CreditAdmission(keeper, new Plenty(), new Plenty(), new Plenty(), new TokenCounter(), new GatewayOptions());
        await _credit.ReserveAsync(_exchange, default);
    }

    [Benchmark]
    public bool ReserveAndSettle()
    {
        _exchange.Body = _exchange.Body; // As if it were new: what was read of it is forgotten.
        var admitted = _credit.ReserveAsync(_exchange, default);
        var ok = admitted.IsCompletedSuccessfully && admitted.Result is null;
        _exchange.Reservation!.Settle(10);
        return ok ? ok : throw new InvalidOperationException("It asked storage.");
    }

    /// <summary>What a reader alone takes for the request: no look through it can take less.</summary>
    [Benchmark]
    public int ReadAlone()
    {
        var reader = new Utf8JsonReader(_exchange.Body.Bytes.Span, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        var depths = 0;
        while (reader.Read())
        {
            depths += reader.CurrentDepth;
        }

        return depths;
    }

    /// <summary>Storage that has plenty, and nobody who listens.</summary>
    private sealed class Plenty : IUsageBacklog, IUsageSink, IIncidents, IHubSnapshots
    {
        public HubSnapshot Current { get; } = new(HubMode.Enterprise, [], []);

        public bool IsLoaded => true;

        public bool Accepting => true;

        public long Recorded => 0;

        public long Left => 0;

        public static Task<SyncResult> SyncAsync(PurseId purse, SyncCommand command, CancellationToken cancellationToken)
        {
            var lease = (SyncCommand.UseLease)command;
            return Task.FromResult(new SyncResult(SyncOutcome.Done, null, 0, true)
            {
                Lease = new LeaseAnswer(
                    false, lease.Floor + (long.MaxValue / 1_000), [.. lease.Needs.Select(_ => true)], 0, TimeSpan.FromHours(1)),
            });
        }

        public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Record(UsageEvent usage, PurseSet purses)
        {
        }

        public void Report(Incident incident)
        {
        }
    }
}
