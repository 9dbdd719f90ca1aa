using AigneHub.LocalRuntime.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.LocalRuntime.Tests;

public sealed class TimerTriggerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 1, TimeSpan.Zero));
    private readonly Journal _journal = new();

    [Fact]
    public async Task Timer_RunsAtEachOccurrence()
    {
        await using var app = await StartAsync(typeof(TimerFunctions), _ => Task.CompletedTask);

        await AdvanceUntilAsync(1);
        await AdvanceUntilAsync(2);

        AssertRuns(("12:00:10", "12:00:19"), ("12:00:20", "12:00:29"));
    }

    [Fact]
    public async Task Timer_WhoseRunIsLong_DoesNotOverlapAndSkips()
    {
        var release = new TaskCompletionSource();
        await using var app = await StartAsync(typeof(TimerFunctions), _ => release.Task);

        await AdvanceUntilAsync(1);
        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.Single(_journal.Entries);
        release.SetResult();
        await AdvanceUntilAsync(2);

        AssertRuns(("12:00:10", "12:00:19"), ("12:00:50", "12:00:59"));
    }

    [Fact]
    public async Task Timer_WhoseRunFails_RunsAgainAsScheduled()
    {
        await using var app = await StartAsync(typeof(TimerFunctions), _ => throw new InvalidOperationException("failed"));

        await AdvanceUntilAsync(2);

        AssertRuns(("12:00:10", "12:00:19"), ("12:00:20", "12:00:29"));
        Assert.Contains(app.Logged.Lines, line => line.StartsWith("Error Timer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Timer_RunOnStartup_RunsAtOnce()
    {
        await using var app = await StartAsync(typeof(StartupTimerFunctions), _ => Task.CompletedTask);

        await Until.TrueAsync(() => _journal.Entries.Length == 1);
    }

    /// <summary>A run is never early; on a busy machine the clock may have moved on by some steps before it is seen.</summary>
    private void AssertRuns(params (string From, string To)[] runs)
    {
        Assert.Equal(runs.Length, _journal.Entries.Length);
        Assert.All(_journal.Entries.Zip(runs), run => Assert.InRange(run.First, run.Second.From, run.Second.To));
    }

    private async Task AdvanceUntilAsync(int runs)
    {
        // The pump sets its timer some time after its last run: real time passes between the steps of the clock.
        for (var step = 0; step < 60 && _journal.Entries.Length < runs; step++)
        {
            await Task.Delay(50);
            if (_journal.Entries.Length < runs)
                _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private Task<TestApp> StartAsync(Type functions, Func<CancellationToken, Task> run) =>
        TestApp.StartAsync([functions], configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.Services.AddSingleton(new MessageHandler((_, cancellationToken) =>
            {
                _journal.Add(_time.GetUtcNow().ToString("HH:mm:ss", null));
                return run(cancellationToken);
            }));
            builder.Configuration["TestSchedule"] = "*/10 * * * * *";
        });
}
