using System.Collections.Concurrent;
using System.Diagnostics;
using AigneHub.LocalRuntime.Tests.Functions;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.LocalRuntime.Tests;

[Collection(nameof(AzuriteFixture))]
public sealed class QueueTriggerTests(AzuriteFixture azurite)
{
    private readonly string _name = "q-" + Guid.NewGuid().ToString("N");
    private readonly Journal _journal = new();

    [Fact]
    public async Task Message_ThatSucceeds_RunsOnceAndIsDeleted()
    {
        await using var app = await StartAsync((message, _) =>
        {
            _journal.Add(message);
            return Task.CompletedTask;
        });
        // The pump makes the queue.
        await Until.TrueAsync(() => azurite.Queue(_name).Exists());
        await azurite.Queue(_name).SendMessageAsync("grüß");

        await _journal.UntilAsync("grüß");
        await EmptyAsync(azurite.Queue(_name));
        Assert.Single(_journal.Entries);
    }

    [Fact]
    public async Task Message_ThatFails_ComesBackAfterTheRetryDelay()
    {
        var starts = new ConcurrentQueue<long>();
        await SendAsync("m");
        await using var app = await StartAsync(
            (_, _) =>
            {
                starts.Enqueue(Stopwatch.GetTimestamp());
                return starts.Count < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
            },
            queues: new { visibilityTimeout = "00:00:02", maxPollingInterval = "00:00:00.2" });

        await Until.TrueAsync(() => starts.Count == 3);
        await EmptyAsync(azurite.Queue(_name));
        var times = starts.ToArray();
        // Storage counts whole seconds.
        Assert.All([Stopwatch.GetElapsedTime(times[0], times[1]), Stopwatch.GetElapsedTime(times[1], times[2])],
            delay => Assert.InRange(delay.TotalSeconds, 1, 6));
        Assert.False(azurite.Queue(_name + "-poison").Exists());
    }

    [Fact]
    public async Task Message_ThatFailsTooOften_MovesToThePoisonQueueForSevenDays()
    {
        await SendAsync("bad");
        await using var app = await StartAsync(
            (message, _) =>
            {
                _journal.Add(message);
                throw new InvalidOperationException("never");
            },
            queues: new { maxDequeueCount = 3, maxPollingInterval = "00:00:00.2" });

        var poison = azurite.Queue(_name + "-poison");
        await Until.TrueAsync(() => poison.Exists() && poison.PeekMessage().Value is not null);
        var copy = poison.PeekMessage().Value;

        Assert.Equal("bad", copy.Body.ToString());
        Assert.Equal(TimeSpan.FromDays(7), copy.ExpiresOn!.Value - copy.InsertedOn!.Value);
        await EmptyAsync(azurite.Queue(_name));
        Assert.Equal(3, _journal.Entries.Length);
    }

    [Fact]
    public async Task Message_OfAPoisonQueue_IsTriedUntilItSucceeds()
    {
        var poison = azurite.Queue(_name + "-poison");
        await poison.CreateAsync();
        await poison.SendMessageAsync("kept");
        await using var app = await StartAsync(
            (message, _) =>
            {
                _journal.Add(message);
                return _journal.Entries.Length < 4 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
            },
            queue: _name + "-poison",
            queues: new { maxDequeueCount = 2, maxPollingInterval = "00:00:00.2" });

        await EmptyAsync(poison);
        Assert.Equal(4, _journal.Entries.Length);
        Assert.False(azurite.Queue(_name + "-poison-poison").Exists());
    }

    [Fact]
    public async Task Message_ThatIsNotBase64_MovesToThePoisonQueueAtOnce()
    {
        var raw = azurite.Queue(_name, base64: false);
        await raw.CreateAsync();
        await raw.SendMessageAsync("{not base64}");
        await using var app = await StartAsync((_, _) => Task.FromException(new UnreachableException()));

        var poison = azurite.Queue(_name + "-poison", base64: false);
        await Until.TrueAsync(() => poison.Exists() && poison.PeekMessage().Value is not null);
        Assert.Equal("{not base64}", poison.PeekMessage().Value.MessageText);
        await EmptyAsync(raw);
    }

    [Fact]
    public async Task Message_WhoseRunOutlivesTheLock_IsRenewedAndRunsOnce()
    {
        await SendAsync("long");
        await using var app = await StartAsync(
            async (message, cancellationToken) =>
            {
                _journal.Add(message);
                await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
                _journal.Add("done");
            },
            queues: new { maxPollingInterval = "00:00:00.2" },
            configure: builder => builder.Configuration["LocalRuntime:QueueLockSeconds"] = "2");

        await _journal.UntilAsync("done");
        await EmptyAsync(azurite.Queue(_name));
        Assert.Equal(["long", "done"], _journal.Entries);
    }

    [Fact]
    public async Task Message_OfAReaderThatDied_IsRedelivered()
    {
        await SendAsync("orphan");
        QueueMessage taken = await azurite.Queue(_name).ReceiveMessageAsync(TimeSpan.FromSeconds(2));
        await using var app = await StartAsync((message, _) =>
        {
            _journal.Add(message);
            return Task.CompletedTask;
        });

        await _journal.UntilAsync("orphan");
        await EmptyAsync(azurite.Queue(_name));
        Assert.Equal(1, taken.DequeueCount);
    }

    [Fact]
    public async Task Messages_RunInParallel_WithinBatchSizeAndThreshold()
    {
        var queue = azurite.Queue(_name);
        await queue.CreateAsync();
        for (var i = 0; i < 24; i++)
            await queue.SendMessageAsync($"m{i}");
        int running = 0, most = 0;
        await using var app = await StartAsync(
            async (message, cancellationToken) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                // Different lengths, so that the threshold is passed one by one.
                await Task.Delay(100 + (message.GetHashCode(StringComparison.Ordinal) & 127), cancellationToken);
                Interlocked.Decrement(ref running);
                _journal.Add(message);
            },
            queues: new { batchSize = 4, newBatchThreshold = 2 });

        await Until.TrueAsync(() => _journal.Entries.Length == 24);
        await EmptyAsync(queue);
        Assert.Equal(24, _journal.Entries.Distinct().Count());
        Assert.InRange(most, 4, 6);
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("none")]
    public async Task Message_AsBytes_IsDecodedAsHostJsonSays(string encoding)
    {
        var queue = azurite.Queue(_name, base64: encoding == "base64");
        await queue.CreateAsync();
        await queue.SendMessageAsync(new BinaryData("AZ"u8.ToArray()));
        await using var app = await StartAsync(
            (message, _) =>
            {
                _journal.Add(message);
                return Task.CompletedTask;
            },
            queues: new { messageEncoding = encoding },
            functions: typeof(BinaryQueueFunctions));

        await _journal.UntilAsync("415A");
    }

    [Fact]
    public async Task Storage_OutOfReach_IsSaidOnceAndDoesNotHinderTheStop()
    {
        var app = await StartAsync(
            (_, _) => Task.CompletedTask,
            queues: new { maxPollingInterval = "00:00:00.2" },
            configure: builder => builder.Configuration["TestStorage"] =
                "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;QueueEndpoint=http://127.0.0.1:1/a;");
        await Until.TrueAsync(() => !app.Logged.Lines.IsEmpty);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var stopping = Stopwatch.GetTimestamp();
        await app.DisposeAsync();

        Assert.Single(app.Logged.Lines);
        Assert.Contains("can't be read", app.Logged.Lines.Single(), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(stopping).TotalSeconds, 0, 5);
    }

    private static void InterlockedMax(ref int location, int value)
    {
        for (var seen = location; seen < value; seen = location)
            Interlocked.CompareExchange(ref location, value, seen);
    }

    private static Task EmptyAsync(QueueClient queue) =>
        Until.TrueAsync(() => queue.GetProperties().Value.ApproximateMessagesCount == 0, () => queue.Name + " to be empty");

    private async Task SendAsync(string message)
    {
        await azurite.Queue(_name).CreateAsync();
        await azurite.Queue(_name).SendMessageAsync(message);
    }

    private Task<TestApp> StartAsync(
        Func<string, CancellationToken, Task> handle,
        object? queues = null,
        string? queue = null,
        Type? functions = null,
        Action<LocalFunctionsBuilder>? configure = null) =>
        TestApp.StartAsync(
            [functions ?? typeof(TextQueueFunctions)],
            hostJson: new { extensions = new { queues = queues ?? new { maxPollingInterval = "00:00:00.2" } } },
            configure: builder =>
            {
                builder.Services.AddSingleton(new MessageHandler(handle));
                builder.Configuration["TestStorage"] = azurite.ConnectionString;
                builder.Configuration["TestQueue"] = queue ?? _name;
                configure?.Invoke(builder);
            });
}
