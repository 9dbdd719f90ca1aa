using AigneHub.Functions;
using AigneHub.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Usage;

/// <summary>A hub that does not know its storage yet, or never will, leaves the usage of others alone.</summary>
public sealed class StartTests : IDisposable
{
    private readonly MemoryLedger _ledger = new(new FakeTimeProvider());
    private readonly Pipeline _pipeline;
    private readonly Lifetime _lifetime = new();
    private readonly HubStartup _startup;
    private readonly UsageFunctions _functions;

    public StartTests()
    {
        var time = new FakeTimeProvider();
        _pipeline = new Pipeline(_ledger, _ledger, _ledger, time);
        // Without storage its start fails, as it does on rows of a newer version.
        _startup = new HubStartup(
            null!, null!, null!, null!, null!, null!, null!, null!, _lifetime, time, NullLogger<HubStartup>.Instance);
        _functions = new UsageFunctions(_pipeline.Processor, _startup);
    }

    public void Dispose()
    {
        _startup.Dispose();
        _pipeline.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Settling_BeforeTheStartOrAfterItFailed_Waits(bool hasFailed)
    {
        if (hasFailed)
        {
            await _startup.StartAsync(default);
            await Assert.ThrowsAsync<NullReferenceException>(() => _startup.Completed);
            await _startup.ExecuteTask!;
            Assert.True(_lifetime.IsStopped);
        }

        using var stop = new CancellationTokenSource();
        var settling = _functions.SettleUsage(Message(), stop.Token);
        var keeping = _functions.KeepPoison(Message(), stop.Token);
        Assert.False(settling.IsCompleted);
        Assert.False(keeping.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => settling);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);
        await AssertUntouchedAsync();
    }

    [Fact]
    public async Task Configuration_AfterAStartThatFailed_IsNotFollowed()
    {
        await _startup.StartAsync(default);
        // It has nothing to follow: asking for it would fail.
        using var service = new SnapshotService(null!, _startup);
        await service.StartAsync(default);
        await service.ExecuteTask!;
    }

    private string Message() => UsageSamples.Messages(_pipeline.Ids, [UsageSamples.Event(_pipeline.Ids.New())]).Single();

    private async Task AssertUntouchedAsync()
    {
        Assert.Empty(await _pipeline.AllLinesAsync());
        Assert.Empty(_ledger.Poisoned);
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public bool IsStopped { get; private set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => IsStopped = true;
    }
}
