using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AigneHub.Storage.Archive;

/// <summary>
/// One blob an account and UTC day, <c>v1/&lt;partition of the purse&gt;/yyyy-MM-dd.jsonl.gz</c>: JSON Lines, oldest first, gzip.
/// Blobs are never changed, so the container may have an immutability policy.
/// </summary>
/// <param name="ids">Names the blocks of writers.</param>
internal sealed class BlobArchive(StorageClients clients, HubIds ids) : IArchive
{
    private const string DayFormat = "yyyy-MM-dd";
    private const string Suffix = ".jsonl.gz";
    private volatile bool _created;

    public bool IsAvailable => true;

    private BlobContainerClient Container => clients.Archive;

    public async IAsyncEnumerable<ArchivedDay> ListAsync(
        PurseId purse, DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Folder(purse);
        var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = folder };
        await using var blobs = StorageCall.RowsAsync(Container.GetBlobsAsync(options, cancellationToken), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await NextAsync())
        {
            var blob = blobs.Current;
            // Names sort by day. Others are not the hub's.
            if (DateOnly.TryParseExact(
                    blob.Name[folder.Length..].Replace(Suffix, "", StringComparison.Ordinal), DayFormat, CultureInfo.InvariantCulture,
                    DateTimeStyles.None, out var day)
                && day >= from && day <= to)
            {
                yield return ArchivedDayMetadata.Read(day, blob.Metadata, blob.Properties.ContentLength ?? 0);
            }
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await blobs.MoveNextAsync();
            }
            catch (RequestFailedException failed) when (failed.Status == 404)
            {
                return false; // No container: nothing was ever archived.
            }
        }
    }

    public Task<ArchivedDay?> FindAsync(PurseId purse, DateOnly day, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async () =>
        {
            try
            {
                var found = (await Blob(purse, day).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
                return ArchivedDayMetadata.Read(day, found.Metadata, found.ContentLength);
            }
            catch (RequestFailedException failed) when (failed.Status == 404)
            {
                return null;
            }
        },
        cancellationToken);

    public async IAsyncEnumerable<LedgerEvent> ReadAsync(
        PurseId purse, ArchivedDay day, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stored = await StorageCall.RunAsync(
            () => Blob(purse, day.Day).OpenReadAsync(cancellationToken: cancellationToken), cancellationToken);
        await using var gzip = new GZipStream(stored, CompressionMode.Decompress);
        using var hash = SHA256.Create();
        await using var lines = new CryptoStream(gzip, hash, CryptoStreamMode.Read);
        await using var events = JsonSerializer
            .DeserializeAsyncEnumerable(lines, ArchivedLineJson.Default.ArchivedLine, topLevelValues: true, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        var count = 0L;
        while (await MoveAsync(events, day.Day, cancellationToken))
        {
            count++;
            yield return events.Current!.ToEvent();
        }

        if (count != day.Count || Convert.ToHexStringLower(hash.Hash!) != day.Hash)
        {
            throw Broken(day.Day);
        }
    }

    public async Task<ArchiveWrite> WriteAsync(
        PurseId purse, DateOnly day, IReadOnlyList<HourCost> hours, IAsyncEnumerable<LedgerEvent> events,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(purse, day, cancellationToken) is not null)
        {
            return ArchiveWrite.Exists;
        }

        if (!_created)
        {
            await StorageCall.RunAsync(
                async () => await Container.CreateIfNotExistsAsync(cancellationToken: cancellationToken) is not null, cancellationToken);
            _created = true;
        }

        using var writer = new DayWriter(Blob(purse, day), ids.New());
        try
        {
            return await writer.WriteAsync(hours, events, cancellationToken);
        }
        catch (RequestFailedException failed) when (failed.Status is 400 or 409 or 412)
        {
            // Somebody else's commit has also thrown this one's blocks away.
            if (await FindAsync(purse, day, cancellationToken) is null)
            {
                throw;
            }

            return ArchiveWrite.Exists;
        }
    }

    private static async Task<bool> MoveAsync(
        IAsyncEnumerator<ArchivedLine?> events, DateOnly day, CancellationToken cancellationToken)
    {
        try
        {
            return await StorageCall.RunAsync(async () => await events.MoveNextAsync(), cancellationToken)
                && (events.Current is not null ? true : throw Broken(day));
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or FormatException)
        {
            throw Broken(day, exception);
        }
    }

    private static ArchiveBrokenException Broken(DateOnly day, Exception? inner = null) =>
        new($"The archived day {day:yyyy-MM-dd} is not what was written.", inner);

    private static string Folder(PurseId purse) => $"v1/{TableKeys.OfPurse(purse)}/";

    private BlockBlobClient Blob(PurseId purse, DateOnly day) =>
        Container.GetBlockBlobClient(Folder(purse) + day.ToString(DayFormat, CultureInfo.InvariantCulture) + Suffix);
}
