namespace AigneHub.LocalRuntime.Azurite;

/// <summary>The use of an Azurite; disposing gives it up, and the last to do so stops Azurite and waits for its exit.</summary>
public sealed class AzuriteLease : IAsyncDisposable
{
    // The account and key of every storage emulator, published at
    // https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key
    private const string Account = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private Func<Task>? _release;

    internal AzuriteLease(AzuriteState state, Func<Task> release)
    {
        ProcessId = state.Pid;
        ConnectionString =
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};"
            + $"BlobEndpoint=http://127.0.0.1:{state.BlobPort}/{Account};"
            + $"QueueEndpoint=http://127.0.0.1:{state.QueuePort}/{Account};"
            + $"TableEndpoint=http://127.0.0.1:{state.TablePort}/{Account};";
        _release = release;
    }

    public string ConnectionString { get; }

    public int ProcessId { get; }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _release, null) is { } release)
            await release();
    }
}
