using System.Security.Cryptography;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Configuration;

/// <summary>
/// The table <c>config</c>: one partition. Its head holds the version and the number of rows of each kind; every write
/// replaces the head under its ETag in the write's own transaction. So what a write has read still holds when it is made,
/// and all writes happen one after another.
/// </summary>
/// <param name="settingsProviders">Providers that exist without a row.</param>
internal sealed class ConfigurationTable(StorageClients clients, IReadOnlySet<string> settingsProviders) : IDisposable
{
    // Other instances may be first; writes of this instance wait for each other.
    private const int WriteTriesMax = 40;
    private const int WriteIdBytes = 16;
    private readonly SemaphoreSlim _writing = new(1, 1);

    public TableClient Table => clients.Table(TableKeys.Configuration);

    public async Task<bool> HasProviderAsync(string id, CancellationToken cancellationToken) =>
        settingsProviders.Contains(id) || await FindAsync(TableKeys.Provider(id), cancellationToken) is not null;

    public Task<TableEntity?> FindAsync(string row, CancellationToken cancellationToken) =>
        Table.FindAsync(TableKeys.ConfigurationPartition, row, found => found, cancellationToken);

    /// <param name="only">OData; see <see cref="Under"/>.</param>
    /// <param name="pageRows">Rows asked for at a time.</param>
    public IAsyncEnumerable<TableEntity> RowsAsync(string only, int pageRows, CancellationToken cancellationToken)
    {
        var partition = TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.ConfigurationPartition}");
        return StorageCall.RowsAsync(
            Table.QueryAsync<TableEntity>($"{partition} and {only}", pageRows, cancellationToken: cancellationToken),
            cancellationToken);
    }

    /// <summary>OData for the rows under a prefix, and, if there is a value, with that in a column.</summary>
    public static string Under(string prefix, string column = "", string? value = null)
    {
        var rows = TableClient.CreateQueryFilter($"RowKey ge {prefix} and RowKey lt {TableKeys.EndOf(prefix)}");
        return value is null ? rows : $"{rows} and {column} eq {TableClient.CreateQueryFilter($"{value}")}";
    }

    /// <param name="plan">
    /// Reads what it needs, fills the change and returns null; or returns a result, and nothing is written. Runs again
    /// when another write was first.
    /// </param>
    /// <exception cref="StorageUnavailableException">Storage does not answer, or others kept writing.</exception>
    public async Task<WriteResult> WriteAsync(
        Func<ConfigurationChange, Task<WriteResult?>> plan, CancellationToken cancellationToken)
    {
        var write = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(WriteIdBytes));
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (var i = 0; i < WriteTriesMax; i++)
            {
                var change = new ConfigurationChange(await FindAsync(TableKeys.ConfigurationHead, cancellationToken), write);
                if (await plan(change) is { } decided)
                {
                    return decided;
                }

                if (await TrySubmitAsync(change.Complete(), cancellationToken) is { } done)
                {
                    return done;
                }
            }

            throw new StorageUnavailableException("The configuration is being changed by too many others.");
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private Task<WriteResult?> TrySubmitAsync(TableBatch batch, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async () =>
        {
            try
            {
                var answers = await batch.SubmitAsync(Table, cancellationToken);
                return new WriteResult(WriteStatus.Done, answers.Value[0].Headers.ETag?.ToString());
            }
            catch (RequestFailedException failed) when (failed.Status is 404 or 409 or 412)
            {
                return null;
            }
        },
        cancellationToken);
}
