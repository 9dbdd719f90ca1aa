using System.Runtime.CompilerServices;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>
/// A process's way to storage: answers come late, get lost, or say "unavailable" for what is done nevertheless, even some
/// seconds afterwards.
/// </summary>
internal sealed class SimulatedStore(SimulatedWorld world, ILedgerStore ledger, double faults) : ILedgerStore
{
    /// <summary>Until then nothing gets through.</summary>
    public TimeSpan CutOffUntil { get; set; }

    public Task<InsertResult> InsertUnitAsync(
        PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken) =>
        CallAsync(() => ledger.InsertUnitAsync(purse, inbox, events, default));

    public Task<LedgerEvent?> FindEventAsync(PurseId purse, Guid eventId, CancellationToken cancellationToken) =>
        CallAsync(() => ledger.FindEventAsync(purse, eventId, default));

    public async Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken)
    {
        // Sometimes a page is short, as the inbox were long.
        var rows = world.Chance(0.3) ? world.Random.Next(2, 5) : rowsMax;
        var view = await CallAsync(() => ledger.ReadPurseAsync(purse, rows, default));
        // A Date header has whole seconds.
        return view with { ReadAt = new DateTimeOffset(view.ReadAt.Ticks - (view.ReadAt.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero) };
    }

    public Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken) =>
        CallAsync(() => ledger.CommitAsync(purse, commit, default));

    public Task<HourRow?> FindHourAsync(PurseId purse, string hour, CancellationToken cancellationToken) =>
        CallAsync(() => ledger.FindHourAsync(purse, hour, default));

    public Task<BookedId?> FindBookedAsync(PurseId purse, OutsideId id, CancellationToken cancellationToken) =>
        CallAsync(() => ledger.FindBookedAsync(purse, id, default));

    public Task<PaymentRow?> FindPaymentAsync(PurseId purse, string paymentId, CancellationToken cancellationToken) =>
        CallAsync(() => ledger.FindPaymentAsync(purse, paymentId, default));

    public async IAsyncEnumerable<Movement> ReadMovementsAsync(
        PurseId purse, long? before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var movement in await CallAsync(() => ledger.ReadMovementsAsync(purse, before, default).ToListAsync().AsTask()))
        {
            yield return movement;
        }
    }

    public IAsyncEnumerable<HourRow> ReadHoursAsync(
        PurseId purse, HourSpan hours, bool details, DateTimeOffset? writtenSince, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<PaymentRow> ReadPaymentsAsync(PurseId purse, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<LedgerEvent>> ReadEventsAsync(
        PurseId purse, Guid? from, Guid? before, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<InsertResult> InsertEventsAsync(
        PurseId purse, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteEventsAsync(PurseId purse, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<int> DeleteSettledAsync(PurseId purse, DateTimeOffset before, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<HourCost> SumEventsAsync(PurseId purse, HourSpan hours, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <param name="operation">Completes at once: it is done at one moment.</param>
    private Task<T> CallAsync<T>(Func<Task<T>> operation)
    {
        var answer = new TaskCompletionSource<T>();
        var there = world.Upto(0.02);
        var back = world.Upto(0.02);
        var fault = world.Random.NextDouble();
        if (CutOffUntil > world.Now || fault < faults)
        {
            Fail(world.Upto(1));
        }
        else if (fault < 2 * faults)
        {
            world.After(there, () => Do());
            Fail(there + world.Upto(1));
        }
        else if (fault < 3 * faults)
        {
            var fail = world.Upto(0.5);
            Fail(fail);
            world.After(fail + world.Upto(3), () => Do());
        }
        else
        {
            world.After(there, () =>
            {
                var result = Do();
                world.After(back, () => answer.TrySetResult(result));
            });
        }

        return answer.Task;

        T Do() => operation().GetAwaiter().GetResult();

        void Fail(TimeSpan after) => world.After(after, () => answer.TrySetException(new StorageUnavailableException("simulated")));
    }
}
