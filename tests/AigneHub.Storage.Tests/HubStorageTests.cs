using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests;

[Collection(StorageCollections.Stores)]
public sealed class HubStorageTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task EnsureCreated_Twice_IsReadyAfterwardsAndNotBefore()
    {
        await using var services = new ServiceCollection().AddHubStorage(azurite.NewOptions()).BuildServiceProvider();
        var storage = services.GetRequiredService<HubStorage>();
        Assert.False(await storage.IsReadyAsync(default));
        await storage.EnsureCreatedAsync(default);
        await storage.EnsureCreatedAsync(default);
        Assert.True(await storage.IsReadyAsync(default));
    }

    [Fact]
    public async Task Send_TheLargestMessage_ArrivesByteForByteAndNeverExpires()
    {
        var options = azurite.NewOptions();
        await using var hub = await azurite.NewHubAsync(options);
        var bytes = Encoding.UTF8.GetBytes("{\"units\":[\"" + new string('ü', (UsageMessage.BytesMax - 14) / 2) + "\"]}");
        Assert.InRange(bytes.Length, UsageMessage.BytesMax - 1, UsageMessage.BytesMax);
        await hub.GetRequiredService<IUsageQueue>().SendAsync(bytes, "id", default);

        var raw = new QueueClient(options.ConnectionString, options.UsageQueueName);
        var message = (await raw.ReceiveMessageAsync()).Value;
        Assert.Equal(bytes, Convert.FromBase64String(message.MessageText));
        Assert.True(message.ExpiresOn > TimeProvider.System.GetUtcNow().AddYears(100));
    }

    [Fact]
    public async Task Age_OfTheQueue_IsItsFirstVisibleMessages()
    {
        var options = azurite.NewOptions();
        await using var hub = await azurite.NewHubAsync(options);
        var queue = hub.GetRequiredService<IUsageQueue>();
        var age = Assert.IsAssignableFrom<IUsageQueueAge>(queue);
        Assert.Null(await age.FindOldestAsync(default));
        await queue.SendAsync("{}"u8.ToArray(), "id", default);
        var oldest = await age.FindOldestAsync(default);
        Assert.NotNull(oldest);
        await queue.SendAsync("{}"u8.ToArray(), "id", default);
        Assert.Equal(oldest, await age.FindOldestAsync(default));

        var raw = new QueueClient(options.ConnectionString, options.UsageQueueName);
        await raw.ReceiveMessagesAsync(2);
        Assert.Null(await age.FindOldestAsync(default));
    }

    [Fact]
    public async Task AnyCall_NobodyListens_IsUnavailableInBoundedTime()
    {
        await AssertUnavailableAsync(At(ClosedPort()));
    }

    [Fact]
    public async Task AnyCall_NobodyAnswers_IsUnavailableInBoundedTime()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await AssertUnavailableAsync(At(((IPEndPoint)silent.LocalEndpoint).Port));
    }

    [Fact]
    public async Task AnyCall_CancelledByTheCaller_IsCancelledAndNotUnavailable()
    {
        await using var hub = await azurite.NewHubAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => hub.GetRequiredService<IKeyStore>().FindByHashAsync(new string('0', 64), cancelled.Token));
    }

    [Fact]
    public async Task Registry_Purses_AreAddedOnceWalkedAndMarked()
    {
        await using var hub = await azurite.NewHubAsync();
        var registry = hub.GetRequiredService<IPurseRegistry>();
        var created = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        var first = new PurseRecord(PurseId.OfAccount("a"), LedgerUnit.NanoCredit, "a", created);
        Assert.Null(await registry.FindAsync(first.Id, default));
        Assert.True(await registry.AddAsync(first, default));
        Assert.False(await registry.AddAsync(first with { Unit = LedgerUnit.NanoUsd }, default));
        Assert.True(await registry.AddAsync(first with { Id = new PurseId("team:b"), Owner = "b" }, default));
        Assert.Equal(first, await registry.FindAsync(first.Id, default));

        await registry.MarkAuditedAsync(first.Id, "2026112311", default);
        Assert.Equal(first with { AuditedHour = "2026112311" }, await registry.FindAsync(first.Id, default));
        Assert.Equal(["account:a", "team:b"], (await registry.WalkAsync(default).ToListAsync()).Select(purse => purse.Id.Value).Order());
    }

    private static async Task AssertUnavailableAsync(StorageOptions options)
    {
        await using var services = new ServiceCollection().AddHubStorage(options).BuildServiceProvider();
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => services.GetRequiredService<IKeyStore>().FindByHashAsync(new string('0', 64), default));
        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => services.GetRequiredService<ILedgerStore>().ReadPurseAsync(PurseId.OfAccount("a"), 86, default));
        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => services.GetRequiredService<IUsageQueue>().SendAsync("{}"u8.ToArray(), "id", default));
        Assert.False(await services.GetRequiredService<HubStorage>().IsReadyAsync(default));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(40));
    }

    private static StorageOptions At(int port) => new()
    {
        ConnectionString = string.Create(
            CultureInfo.InvariantCulture,
            $"AccountName=a;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:{port}/a;QueueEndpoint=http://127.0.0.1:{port}/a"),
        NetworkTimeoutSeconds = 1,
        TriesMax = 2,
    };

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
