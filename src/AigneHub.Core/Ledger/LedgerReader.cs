using System.Buffers.Binary;
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

    /// <summary>A purse's movements, newest first.</summary>
    /// <param name="limit">Of the page, 1 to <see cref="LimitMax"/>; others are brought into that range.</param>
    /// <exception cref="InvalidContinuationException">The continuation is not one of this listing.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<Page<Movement>> ReadMovementsAsync(
        PurseId purse, int limit, string? continuation, CancellationToken cancellationToken)
    {
        limit = Math.Clamp(limit, 1, LimitMax);
        long? before = continuation is null ? null : DecodeSeq(continuation);
        var movements = await ledger.ReadMovementsAsync(purse, before, cancellationToken).Take(limit).ToListAsync(cancellationToken);
        // They are numbered without gaps.
        return new Page<Movement>(movements, movements is [.., { Seq: > 1 } last] ? EncodeSeq(last.Seq) : null);
    }

    /// <summary>A purse's movements, newest first, read as they are asked for.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public IAsyncEnumerable<Movement> WalkMovementsAsync(PurseId purse, CancellationToken cancellationToken) =>
        ledger.ReadMovementsAsync(purse, before: null, cancellationToken);

    /// <summary>The movement that an outside id has brought; null when it is not booked.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<Movement?> FindMovementAsync(PurseId purse, OutsideId id, CancellationToken cancellationToken) =>
        await ledger.FindBookedAsync(purse, id, cancellationToken) is { } booked
            ? await ledger.ReadMovementsAsync(purse, booked.MoneySeq + 1, cancellationToken).FirstAsync(cancellationToken)
            : null;

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

    private static string EncodeSeq(long seq)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, seq);
        return Base64Url.EncodeToString(bytes);
    }

    private static long DecodeSeq(string continuation)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        return Base64Url.IsValid(continuation, out var length) && length == bytes.Length
            && Base64Url.TryDecodeFromChars(continuation, bytes, out _)
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is > 0 and var seq
            ? seq
            : throw new InvalidContinuationException();
    }

    private static Guid Decode(string continuation)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Base64Url.IsValid(continuation, out var length) && length == bytes.Length
            && Base64Url.TryDecodeFromChars(continuation, bytes, out _)
            ? new Guid(bytes, bigEndian: true)
            : throw new InvalidContinuationException();
    }
}
