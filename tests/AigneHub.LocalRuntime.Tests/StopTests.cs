using System.Net.Sockets;
using AigneHub.LocalRuntime.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.LocalRuntime.Tests;

[Collection(nameof(AzuriteFixture))]
public sealed class StopTests(AzuriteFixture azurite)
{
    private readonly Journal _journal = new();
    private readonly TaskCompletionSource _release = new();
    private readonly TaskCompletionSource _releaseQueue = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Stop_DrainsInvocations_BeforeTheAppsServicesStop()
    {
        var queue = azurite.Queue("stop-" + Guid.NewGuid().ToString("N"));
        await queue.CreateAsync();
        await queue.SendMessageAsync("running");
        var app = await StartAsync(
            async (message, cancellationToken) =>
            {
                _journal.Add($"{message} begins");
                await (message == "http" ? _release : _releaseQueue).Task;
                _journal.Add($"{message} ends, {(cancellationToken.IsCancellationRequested ? "cancelled" : "not cancelled")}");
            },
            builder => builder.Configuration["TestQueue"] = queue.Name);
        var answer = app.Http.GetStringAsync("held");
        await _journal.UntilAsync("http begins");
        await _journal.UntilAsync("running begins");

        var stop = app.App.StopAsync(CancellationToken.None);
        await Until.TrueAsync(() => !Listens(app.App.Addresses[0]), () => "the listener to close");
        // A look at the queue that was under way at the stop may still bring something: it is over before these.
        for (var i = 0; i < 5; i++)
        {
            await queue.PeekMessageAsync();
        }

        await queue.SendMessageAsync("late");
        _release.SetResult();
        Assert.Equal("held", await answer);
        // The message alone is waited for now: long enough to see a stop that does not wait.
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        Assert.False(stop.IsCompleted);
        Assert.DoesNotContain("service stops", _journal.Entries);
        _releaseQueue.SetResult();
        await stop;

        Assert.Equal("service stops", _journal.Entries[^1]);
        Assert.Contains("http ends, not cancelled", _journal.Entries);
        Assert.Contains("running ends, not cancelled", _journal.Entries);
        Assert.DoesNotContain("late begins", _journal.Entries);
        Assert.Equal("late", (await queue.PeekMessageAsync()).Value.Body.ToString());
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Stop_CancelsWhatOutlivesTheDrain()
    {
        var app = await StartAsync(async (_, cancellationToken) =>
        {
            _journal.Add("http begins");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _journal.Add("http cancelled");
        });
        var answer = app.Http.GetStringAsync("held");
        await _journal.UntilAsync("http begins");

        var stop = app.App.StopAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(["http begins"], _journal.Entries);
        _time.Advance(TimeSpan.FromSeconds(2));
        await stop;

        Assert.Equal(["http begins", "http cancelled", "service stops"], _journal.Entries);
        Assert.Equal("held", await answer);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Stop_GivesUpWhatDoesNotEndOnCancellation()
    {
        var app = await StartAsync(async (_, _) =>
        {
            _journal.Add("http begins");
            await _release.Task;
        });
        var answer = app.Http.GetStringAsync("held");
        await _journal.UntilAsync("http begins");

        var stop = app.App.StopAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(36));
        // Well before the host's own limit for a stop, 65 s, which would cut it too.
        await stop.WaitAsync(TimeSpan.FromSeconds(45));

        Assert.Equal(["http begins", "service stops"], _journal.Entries);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        _release.SetResult();
        await app.DisposeAsync();
    }

    private static bool Listens(Uri address)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Task<TestApp> StartAsync(
        Func<string, CancellationToken, Task> handle, Action<LocalFunctionsBuilder>? withQueue = null) =>
        TestApp.StartAsync(
            withQueue is null ? [typeof(HeldFunctions)] : [typeof(HeldFunctions), typeof(TextQueueFunctions)],
            configure: builder =>
            {
                builder.Services.AddSingleton<IHostedService>(new LastService(_journal));
                builder.Services.AddSingleton(new MessageHandler(handle));
                builder.Configuration["TestStorage"] = azurite.ConnectionString;
                if (withQueue is null)
                    builder.Services.AddSingleton<TimeProvider>(_time);
                withQueue?.Invoke(builder);
            });

    private sealed class LastService(Journal journal) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            journal.Add("service stops");
            return Task.CompletedTask;
        }
    }
}
