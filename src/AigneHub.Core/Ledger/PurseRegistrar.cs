using System.Collections.Concurrent;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>
/// The purse is kept in another unit than the hub's, most likely because the hub's mode was changed over the same
/// storage. Nothing is charged: its messages stay in the queue until the mode is right again.
/// </summary>
public sealed class PurseUnitDiffersException(PurseId purse, LedgerUnit kept, LedgerUnit hub)
    : Exception($"Purse {purse} is kept in {kept}, the hub counts in {hub}.");

/// <summary>
/// Registers purses before anything is charged to them, so that the nightly walk finds every purse. Thread-safe;
/// remembers what it has seen, so that a purse costs a look-up once per process.
/// </summary>
/// <param name="unit">The hub's unit.</param>
public sealed class PurseRegistrar(IPurseRegistry registry, LedgerUnit unit, IIncidents incidents, TimeProvider time)
{
    private const int RememberedMax = 100_000;
    private readonly ConcurrentDictionary<PurseId, PurseRecord> _seen = new();

    /// <summary>The hub's.</summary>
    public LedgerUnit Unit => unit;

    /// <summary>The purse as registered.</summary>
    /// <exception cref="PurseUnitDiffersException">It is kept in another unit.</exception>
    public async Task<PurseRecord> EnsureAsync(PurseId purse, CancellationToken cancellationToken)
    {
        if (_seen.TryGetValue(purse, out var known))
        {
            return known;
        }

        var record = await registry.FindAsync(purse, cancellationToken) ?? await AddAsync(purse, cancellationToken);
        if (record.Unit != unit)
        {
            incidents.Report(new Incident(
                IncidentKind.UnitDiffers, purse, null, $"The purse is kept in {record.Unit}, the hub counts in {unit}."));
            throw new PurseUnitDiffersException(purse, record.Unit, unit);
        }

        if (_seen.Count >= RememberedMax)
        {
            _seen.Clear();
        }

        return _seen[purse] = record;
    }

    private async Task<PurseRecord> AddAsync(PurseId purse, CancellationToken cancellationToken)
    {
        var record = new PurseRecord(purse, unit, PurseNames.OwnerOf(purse), time.GetUtcNow());
        return await registry.AddAsync(record, cancellationToken)
            ? record
            : await registry.FindAsync(purse, cancellationToken)
                ?? throw new StorageUnavailableException($"Purse {purse} is registered but can't be read.");
    }
}
