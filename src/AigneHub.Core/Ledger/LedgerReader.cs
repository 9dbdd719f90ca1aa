using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>One line of an account's ledger.</summary>
/// <param name="Unit">The settlement unit that brought it.</param>
public sealed record LedgerLine(UsageEvent Event, string Unit);

/// <summary>An account's lines, newest first; a call is there as soon as it is settled.</summary>
public sealed class LedgerReader(ILedgerStore ledger)
{
    public const int LimitMax = 500;

    /// <param name="limit">Lines of the page, 1 to <see cref="LimitMax"/>; others are brought into that range.</param>
    /// <exception cref="InvalidContinuationException">The continuation is not one of this listing.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<Page<LedgerLine>> ReadAsync(
        string account, int limit, string? continuation, CancellationToken cancellationToken)
    {
        limit = Math.Clamp(limit, 1, LimitMax);
        Guid? before = continuation is null ? null : Decode(continuation);
        // One more tells whether there is a next page.
        var rows = await ledger.ReadEventsAsync(PurseId.OfAccount(account), null, before, limit + 1, cancellationToken);
        var lines = rows.Take(limit).Select(Line).ToList();
        return new Page<LedgerLine>(lines, rows.Count > limit ? Encode(rows[limit - 1].Id) : null);
    }

    /// <summary>The lines of a span of time, newest first, read as they are asked for.</summary>
    /// <param name="to">Not included.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async IAsyncEnumerable<LedgerLine> WalkAsync(
        string account, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = HubIds.FirstAt(to);
        var first = HubIds.FirstAt(from);
        while (true)
        {
            var rows = await ledger.ReadEventsAsync(PurseId.OfAccount(account), first, before, LimitMax, cancellationToken);
            foreach (var row in rows)
            {
                yield return Line(row);
            }

            if (rows.Count < LimitMax)
            {
                yield break;
            }

            before = rows[^1].Id;
        }
    }

    internal static LedgerLine Line(LedgerEvent row)
    {
        using var json = JsonDocument.Parse(row.Json);
        return new LedgerLine(UsageEventJson.Read(json.RootElement), row.Unit);
    }

    private static string Encode(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    private static Guid Decode(string continuation)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Base64Url.IsValid(continuation, out var length) && length == bytes.Length
            && Base64Url.TryDecodeFromChars(continuation, bytes, out _)
            ? new Guid(bytes, bigEndian: true)
            : throw new InvalidContinuationException();
    }
}
