using System.Globalization;
using System.Runtime.CompilerServices;
using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>
/// The ledger's ports in memory. Held to the same contract as the tables. Hooks run before and after each write, so that
/// tests can let others write in between, lose answers or crash.
/// </summary>
internal sealed class MemoryLedger(TimeProvider time) : ILedgerStore, IPurseRegistry, IPoisonStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PurseId, Purse> _purses = [];
    private readonly Dictionary<PurseId, PurseRecord> _registry = [];
    private readonly SortedDictionary<string, (PoisonEntry Entry, int Version)> _poison = new(StringComparer.Ordinal);
    private int _version;

    public Func<string, Task> BeforeWrite { get; set; } = _ => Task.CompletedTask;
    public Func<string, Task> AfterWrite { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyCollection<PoisonEntry> Poisoned => [.. _poison.Values.Select(row => row.Entry)];

    public async Task<InsertResult> InsertUnitAsync(
        PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count + 2 > ILedgerStore.TransactionRowsMax)
        {
            throw new InvalidOperationException("Too many rows.");
        }

        await BeforeWrite("insert");
        var result = Insert(purse, inbox, events);
        await AfterWrite("insert");
        return result;
    }

    public Task<LedgerEvent?> FindEventAsync(PurseId purse, Guid eventId, CancellationToken cancellationToken) =>
        Read(purse, rows => rows.Events.GetValueOrDefault(eventId));

    public Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken) => Read(
        purse,
        rows =>
        {
            var inboxMax = rowsMax - (rows.State is null ? 0 : 1);
            var inbox = rows.Inbox.Values.Take(inboxMax).Select(Copy).ToList();
            var read = inbox.Count + (rows.State is null ? 0 : 1);
            return new PurseView(rows.State, rows.CommittedAt, inbox, read < rowsMax, time.GetUtcNow());
        });

    public async Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken)
    {
        var rows = 1 + commit.Folded.Count + commit.Hours.Count + commit.Movements.Count + (commit.Booked is null ? 0 : 1)
            + (commit.Payment is null ? 0 : 1);
        if (rows > ILedgerStore.TransactionRowsMax)
        {
            throw new InvalidOperationException("Too many rows.");
        }

        await BeforeWrite("commit");
        var result = Commit(purse, commit);
        await AfterWrite("commit");
        return result;
    }

    public Task<HourRow?> FindHourAsync(PurseId purse, string hour, CancellationToken cancellationToken) =>
        Read(purse, rows => rows.Hours.TryGetValue(hour, out var row) ? Copy(row.Row, true) : null);

    public Task<BookedId?> FindBookedAsync(PurseId purse, OutsideId id, CancellationToken cancellationToken) =>
        Read(purse, rows => rows.Booked.GetValueOrDefault(id));

    public Task<PaymentRow?> FindPaymentAsync(PurseId purse, string paymentId, CancellationToken cancellationToken) =>
        Read(purse, rows => rows.Payments.GetValueOrDefault(paymentId));

    public async IAsyncEnumerable<Movement> ReadMovementsAsync(
        PurseId purse, long? before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = await Read(purse, rows => rows.Movements.Values.Reverse().Where(row => before is not { } seq || row.Seq < seq).ToList());
        foreach (var movement in found)
        {
            yield return movement;
        }
    }

    public async IAsyncEnumerable<HourRow> ReadHoursAsync(
        PurseId purse, HourSpan hours, bool details, DateTimeOffset? writtenSince,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = await Read(purse, rows => rows.Hours.Values
            .Where(row => hours.Contains(row.Row.Hour) && (writtenSince is not { } since || row.At >= since))
            .Select(row => Copy(row.Row, details)).Reverse().ToList());
        foreach (var row in found)
        {
            yield return row;
        }
    }

    public async IAsyncEnumerable<PaymentRow> ReadPaymentsAsync(
        PurseId purse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var payment in await Read(purse, rows => rows.Payments.Values.ToList()))
        {
            yield return payment;
        }
    }

    public Task<IReadOnlyList<LedgerEvent>> ReadEventsAsync(
        PurseId purse, Guid? from, Guid? before, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<LedgerEvent>>(purse, rows => [.. rows.Events.Values
            .OrderByDescending(row => row.Id.ToString("N"), StringComparer.Ordinal)
            .Where(row => before is not { } newer || string.CompareOrdinal(row.Id.ToString("N"), newer.ToString("N")) < 0)
            .Where(row => from is not { } oldest || string.CompareOrdinal(row.Id.ToString("N"), oldest.ToString("N")) >= 0)
            .Take(limit)]);

    public async Task<InsertResult> InsertEventsAsync(
        PurseId purse, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        await BeforeWrite("restore");
        return await Read(purse, rows =>
        {
            if (events.Any(row => rows.Events.ContainsKey(row.Id)))
            {
                return InsertResult.EventExists;
            }

            foreach (var row in events)
            {
                rows.Events.Add(row.Id, row);
            }

            return InsertResult.Inserted;
        });
    }

    public async Task DeleteEventsAsync(PurseId purse, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await BeforeWrite("delete");
        await Read(purse, rows => ids.Count(id => rows.Events.Remove(id)));
    }

    public async Task<int> DeleteSettledAsync(PurseId purse, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await BeforeWrite("delete");
        var first = HubIds.FirstAt(before).ToString("N");
        return await Read(purse, rows => rows.Settled.RemoveWhere(unit => string.CompareOrdinal(unit, first) < 0));
    }

    public async IAsyncEnumerable<HourCost> SumEventsAsync(
        PurseId purse, HourSpan hours, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sums = await Read(purse, rows => rows.Events.Values.GroupBy(row => HubIds.HourOf(row.Id))
            .Where(group => hours.Contains(group.Key)).OrderByDescending(group => group.Key, StringComparer.Ordinal)
            .Select(group => new HourCost(group.Key, group.Sum(row => row.Cost ?? 0), group.Count())).ToList());
        foreach (var sum in sums)
        {
            yield return sum;
        }
    }

    Task<PurseRecord?> IPurseRegistry.FindAsync(PurseId purse, CancellationToken cancellationToken) =>
        Task.FromResult(_registry.GetValueOrDefault(purse));

    async Task<bool> IPurseRegistry.AddAsync(PurseRecord purse, CancellationToken cancellationToken)
    {
        await BeforeWrite("register");
        bool added;
        lock (_lock)
        {
            added = _registry.TryAdd(purse.Id, purse);
        }

        await AfterWrite("register");
        return added;
    }

    public async IAsyncEnumerable<PurseRecord> WalkAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var record in _registry.Values.ToList())
        {
            yield return record;
        }
    }

    public Task MarkAuditedAsync(PurseId purse, string hour, CancellationToken cancellationToken)
    {
        _registry[purse] = _registry[purse] with { AuditedHour = hour };
        return Task.CompletedTask;
    }

    public Task KeepRestoredAsync(PurseId purse, DateTimeOffset until, CancellationToken cancellationToken)
    {
        _registry[purse] = _registry[purse] with { RestoredUntil = until };
        return Task.CompletedTask;
    }

    async Task<bool> IPoisonStore.AddAsync(PoisonEntry entry, CancellationToken cancellationToken)
    {
        await BeforeWrite("poison");
        bool added;
        lock (_lock)
        {
            added = _poison.TryAdd(entry.Id, (entry, ++_version));
        }

        await AfterWrite("poison");
        return added;
    }

    Task<Versioned<PoisonEntry>?> IPoisonStore.FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(
        _poison.TryGetValue(id, out var row) ? new Versioned<PoisonEntry>(row.Entry, Text(row.Version)) : null);

    public Task<Page<PoisonEntry>> ListAsync(
        PoisonStatus? status, int limit, string? continuation, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<PoisonEntry>([.. Poisoned.Where(entry => status is null || entry.Status == status)], null));

    public Task<bool> UpdateAsync(PoisonEntry entry, string etag, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_poison.TryGetValue(entry.Id, out var row) || Text(row.Version) != etag)
            {
                return Task.FromResult(false);
            }

            _poison[entry.Id] = (entry, ++_version);
            return Task.FromResult(true);
        }
    }

    /// <summary>Breaks a row, as no code of ours does: what audits are for.</summary>
    public void Tamper(PurseId purse, string hour, long addedCost)
    {
        var row = _purses[purse].Hours[hour];
        _purses[purse].Hours[hour] = (row.Row with { Cost = row.Row.Cost + addedCost }, row.At);
    }

    private InsertResult Insert(PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events)
    {
        lock (_lock)
        {
            var rows = Of(purse);
            if (rows.Settled.Contains(inbox.Unit))
            {
                return InsertResult.SettledBefore;
            }

            if (events.Any(row => rows.Events.ContainsKey(row.Id)))
            {
                return InsertResult.EventExists;
            }

            rows.Settled.Add(inbox.Unit);
            rows.Inbox.Add(inbox.Unit, Copy(inbox));
            foreach (var row in events)
            {
                rows.Events.Add(row.Id, row);
            }

            return InsertResult.Inserted;
        }
    }

    private CommitResult Commit(PurseId purse, LedgerCommit commit)
    {
        lock (_lock)
        {
            var rows = Of(purse);
            if (rows.State?.ETag != commit.ETag || commit.Folded.Any(unit => !rows.Inbox.ContainsKey(unit))
                || commit.Movements.Any(movement => rows.Movements.ContainsKey(movement.Seq))
                || (commit.Booked is { } booked && rows.Booked.ContainsKey(booked.Id)))
            {
                return CommitResult.Conflict;
            }

            rows.State = new Versioned<PurseState>(commit.State, Text(++_version));
            rows.CommittedAt = time.GetUtcNow();
            foreach (var unit in commit.Folded)
            {
                rows.Inbox.Remove(unit);
            }

            foreach (var hour in commit.Hours)
            {
                rows.Hours[hour.Hour] = (Copy(hour, true), time.GetUtcNow());
            }

            foreach (var movement in commit.Movements)
            {
                rows.Movements.Add(movement.Seq, movement);
            }

            if (commit.Booked is not null)
            {
                rows.Booked.Add(commit.Booked.Id, commit.Booked);
            }

            if (commit.Payment is not null)
            {
                rows.Payments[commit.Payment.Payment.Id] = commit.Payment;
            }

            return CommitResult.Committed;
        }
    }

    private Task<T> Read<T>(PurseId purse, Func<Purse, T> read)
    {
        lock (_lock)
        {
            return Task.FromResult(read(Of(purse)));
        }
    }

    private Purse Of(PurseId purse) =>
        _purses.TryGetValue(purse, out var rows) ? rows : _purses[purse] = new Purse();

    private static InboxRow Copy(InboxRow row) => row with { Sums = row.Sums?.Copy() };

    private static HourRow Copy(HourRow row, bool details) => row with { Sums = details ? row.Sums.Copy() : new UsageSums() };

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    private sealed class Purse
    {
        public Versioned<PurseState>? State { get; set; }
        public DateTimeOffset? CommittedAt { get; set; }
        public SortedDictionary<string, InboxRow> Inbox { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Settled { get; } = new(StringComparer.Ordinal);
        public Dictionary<Guid, LedgerEvent> Events { get; } = [];
        public SortedDictionary<string, (HourRow Row, DateTimeOffset At)> Hours { get; } = new(StringComparer.Ordinal);
        public SortedDictionary<long, Movement> Movements { get; } = [];
        public Dictionary<OutsideId, BookedId> Booked { get; } = [];
        public Dictionary<string, PaymentRow> Payments { get; } = [];
    }
}
