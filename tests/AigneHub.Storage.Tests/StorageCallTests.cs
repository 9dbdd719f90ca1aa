using AigneHub.Core;
using Azure;

namespace AigneHub.Storage.Tests;

/// <summary>What becomes of the storage clients' exceptions.</summary>
public sealed class StorageCallTests
{
    [Fact]
    public async Task Run_CancelledBetweenTries_IsACancellation()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        var thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => FailAsync(
            new AggregateException(new RequestFailedException(503, "busy"), new TaskCanceledException()), stop.Token));

        Assert.Equal(stop.Token, thrown.CancellationToken);
    }

    [Fact]
    public Task Run_EveryTryUnanswered_IsUnavailable() => Assert.ThrowsAsync<StorageUnavailableException>(() => FailAsync(
        new AggregateException(new RequestFailedException(503, "busy"), new IOException()), CancellationToken.None));

    private static Task<int> FailAsync(Exception exception, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(() => Task.FromException<int>(exception), cancellationToken);
}
