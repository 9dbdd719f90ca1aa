using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Management.Config;

/// <summary>Reads all records of one kind.</summary>
internal static class StoredRecords
{
    private const int PageEntries = 1_000;

    public static Task<IReadOnlyList<Versioned<T>>> AllAsync<T>(IConfigurationRecords<T> records, CancellationToken cancellationToken) =>
        OfAsync(records, null, cancellationToken);

    /// <param name="provider">Only this provider's credentials or models; null: all.</param>
    public static Task<IReadOnlyList<Versioned<T>>> OfAsync<T>(
        IConfigurationRecords<T> records, string? provider, CancellationToken cancellationToken) =>
        AllAsync((limit, continuation) => records.ListAsync(provider, limit, continuation, cancellationToken));

    public static async Task<IReadOnlyList<Versioned<T>>> AllAsync<T>(Func<int, string?, Task<Page<Versioned<T>>>> listAsync)
    {
        var all = new List<Versioned<T>>();
        string? continuation = null;
        do
        {
            var page = await listAsync(PageEntries, continuation);
            all.AddRange(page.Items);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return all;
    }
}
