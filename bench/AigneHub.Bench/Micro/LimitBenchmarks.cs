using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Limits;
using BenchmarkDotNet.Attributes;

namespace AigneHub.Bench.Micro;

/// <summary>Counting a call in its rate limits and correcting its tokens at the end, while there is enough here.</summary>
[MemoryDiagnoser]
public class LimitBenchmarks
{
    private readonly RateLimiter _limiter = new(new Plenty(), new Silent(), new Random(1), TimeProvider.System);
    private LimitedBy[] _limits = [];

    [Params(1, 4)]
    public int Subjects { get; set; }

    [GlobalSetup]
    public void Prepare() => _limits =
    [
        .. Enumerable.Range(0, Subjects).Select(i => new LimitedBy($"team:{i}", new RateLimits(RateLimits.RequestsMax, RateLimits.TokensMax))),
    ];

    [Benchmark]
    public void AdmitAndEnd()
    {
        var admitting = _limiter.AdmitAsync(_limits, null, new(1_000, 0), streamed: true, default);
        (admitting.IsCompletedSuccessfully ? admitting.Result : admitting.AsTask().GetAwaiter().GetResult()).Pass!.End(900);
    }

    /// <summary>Answers at once, so that a block is drawn whenever one is used up, as in a hub's life.</summary>
    private sealed class Plenty : ILimitStore
    {
        public Task<LimitView> ReadAsync(string subject, CancellationToken cancellationToken) =>
            Task.FromResult(new LimitView(null, TimeProvider.System.GetUtcNow()));

        public Task<bool> TryWriteAsync(string subject, LimitUse use, string? etag, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(0);
    }

    private sealed class Silent : IIncidents
    {
        public void Report(Incident incident)
        {
        }
    }
}
