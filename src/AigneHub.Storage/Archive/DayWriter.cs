using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AigneHub.Storage.Archive;

/// <summary>
/// Writes one day: its lines are compressed into blocks, which become the blob all at once, with its metadata, and only if there is
/// none. Until then nothing can be seen; blocks that are never committed vanish by themselves after a week.
/// https://learn.microsoft.com/rest/api/storageservices/put-block-list
/// </summary>
/// <param name="writer">Names this writer's blocks, so that writers of one blob don't mix.</param>
internal sealed class DayWriter(BlockBlobClient blob, Guid writer) : IDisposable
{
    private const int BlockBytes = 4 * 1024 * 1024;
    private readonly MemoryStream _block = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly List<string> _blocks = [];
    private readonly List<HourCost> _hours = [];

    /// <exception cref="RequestFailedException">400, 409 or 412 when somebody else has written the blob meanwhile.</exception>
    public async Task<ArchiveWrite> WriteAsync(
        IReadOnlyList<HourCost> hours, IAsyncEnumerable<LedgerEvent> events, CancellationToken cancellationToken)
    {
        await using (var gzip = new GZipStream(_block, CompressionLevel.Optimal, leaveOpen: true))
        {
            await foreach (var usage in events.WithCancellation(cancellationToken))
            {
                Append(gzip, usage);
                if (_block.Length >= BlockBytes)
                {
                    await StageAsync(cancellationToken);
                }
            }
        }

        if (!_hours.SequenceEqual(hours))
        {
            return ArchiveWrite.Differs;
        }

        await StageAsync(cancellationToken);
        var options = new CommitBlockListOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/gzip" },
            Metadata = ArchivedDayMetadata.Of(_hours, Convert.ToHexStringLower(_hash.GetHashAndReset())),
        };
        await StorageCall.RunAsync(() => blob.CommitBlockListAsync(_blocks, options, cancellationToken), cancellationToken);
        return ArchiveWrite.Written;
    }

    public void Dispose()
    {
        _block.Dispose();
        _hash.Dispose();
    }

    private void Append(GZipStream gzip, LedgerEvent usage)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            ArchivedLine.Write(json, usage);
        }

        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
        gzip.Write(_line.WrittenSpan);

        var hour = HubIds.HourOf(usage.Id);
        var sum = _hours is [.., var last] && last.Hour == hour ? last : new HourCost(hour, 0, 0);
        if (sum.Count > 0)
        {
            _hours.RemoveAt(_hours.Count - 1);
        }

        _hours.Add(checked(sum with { Cost = sum.Cost + (usage.Cost ?? 0), Count = sum.Count + 1 }));
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        // All ids of a blob's blocks have one length.
        var id = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{writer:N}{_blocks.Count:D6}"));
        await StorageCall.RunAsync(
            () =>
            {
                _block.Position = 0;
                return blob.StageBlockAsync(id, _block, cancellationToken: cancellationToken);
            },
            cancellationToken);
        _blocks.Add(id);
        _block.SetLength(0);
    }
}
