using AigneHub.Core.Keys;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>A purse's hours, inbox and state as of one moment, although they are read one after the other.</summary>
/// <param name="Hours">Folded hours.</param>
/// <param name="Inbox">What is settled and not in <paramref name="Hours"/>.</param>
internal sealed record SettledHours(
    Versioned<PurseState>? State, IReadOnlyDictionary<string, HourRow> Hours, IReadOnlyList<InboxRow> Inbox)
{
    private const int InboxRowsMax = 20_000;
    private const int TriesMax = 8;

    /// <summary>
    /// Reads state and inbox, then the hours, and looks whether a fold has moved rows from one to the other meanwhile. If
    /// so, only the hours written since are read again, so that even a purse that is folded all the time is caught up with.
    /// </summary>
    public static async Task<SettledHours> ReadAsync(
        ILedgerStore ledger, PurseId purse, HourSpan span, bool details, CancellationToken cancellationToken)
    {
        var hours = new Dictionary<string, HourRow>(StringComparer.Ordinal);
        var view = await ViewAsync(ledger, purse, cancellationToken);
        DateTimeOffset? since = null;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            await foreach (var row in ledger.ReadHoursAsync(purse, span, details, since, cancellationToken))
            {
                hours[row.Hour] = row;
            }

            var now = await ledger.ReadPurseAsync(purse, 1, cancellationToken);
            if (now.State?.ETag == view.State?.ETag)
            {
                return new SettledHours(view.State, hours, [.. view.Inbox.Where(row => span.Contains(row.Hour))]);
            }

            since = view.CommittedAt;
            view = await ViewAsync(ledger, purse, cancellationToken);
        }

        throw new StorageUnavailableException($"Purse {purse} changes faster than it can be read.");
    }

    /// <summary>Each hour with what its inbox adds, ascending.</summary>
    public IReadOnlyList<HourCost> ByHour()
    {
        var sums = new SortedDictionary<string, HourCost>(StringComparer.Ordinal);
        foreach (var row in Hours.Values)
        {
            sums[row.Hour] = new HourCost(row.Hour, row.Cost, row.Count);
        }

        foreach (var row in Inbox)
        {
            var sum = sums.GetValueOrDefault(row.Hour);
            sums[row.Hour] = checked(new HourCost(row.Hour, sum.Cost + row.Cost, sum.Count + row.Count));
        }

        return [.. sums.Values];
    }

    private static async Task<PurseView> ViewAsync(ILedgerStore ledger, PurseId purse, CancellationToken cancellationToken)
    {
        var view = await ledger.ReadPurseAsync(purse, InboxRowsMax, cancellationToken);
        return view.Complete
            ? view
            : throw new StorageUnavailableException($"More than {InboxRowsMax} units of purse {purse} are not folded yet.");
    }
}
