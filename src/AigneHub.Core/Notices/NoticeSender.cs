using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Notices;

/// <summary>Tells people of kept notices, at least once each and for three days at most. Several instances may run it at once.</summary>
public sealed class NoticeSender(
    INoticeStore store, IOwnerStore owners, IKeyStore keys, IEnumerable<INoticeChannel> channels, IIncidents incidents, TimeProvider time)
{
    private const int DueMax = 100;

    /// <summary>While an instance sends, the others leave it alone; one that dies is followed after this.</summary>
    private static readonly TimeSpan ClaimMax = TimeSpan.FromMinutes(5);

    /// <summary>After each failed attempt; after the last one it is given up.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(20),
    ];

    private readonly INoticeChannel[] _channels = [.. channels];

    /// <summary>The names of the ways that are set up.</summary>
    public IEnumerable<string> Channels => _channels.Select(channel => channel.Name);

    /// <summary>As <see cref="SendDueAsync"/>; false when storage does not answer.</summary>
    internal async Task<bool> TrySendDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendDueAsync(cancellationToken);
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Sends what is due now, once; returns how many notices that were.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var due in await store.ListDueAsync(time.GetUtcNow(), DueMax, cancellationToken))
        {
            sent += await SendAsync(due, cancellationToken) ? 1 : 0;
        }

        return sent;
    }

    private async Task<bool> SendAsync(Versioned<NoticeRecord> due, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isDue = due.Value.Deliveries.Select(delivery => delivery.NextAt <= now).ToArray();
        var claimed = due.Value with
        {
            Deliveries = [.. due.Value.Deliveries.Select((one, i) => isDue[i] ? one with { NextAt = now + ClaimMax } : one)],
        };
        if (!await store.ReplaceAsync(claimed, due.ETag, cancellationToken)
            || await store.FindAsync(claimed.Id, cancellationToken) is not { } own)
        {
            return false; // Another instance sends it.
        }

        var message = await MessageOf(claimed, cancellationToken);
        var deliveries = own.Value.Deliveries.ToArray();
        for (var i = 0; i < deliveries.Length; i++)
        {
            deliveries[i] = isDue[i] ? await TryAsync(deliveries[i], message, cancellationToken) : deliveries[i];
        }

        // Another version: this one took longer than its claim, and what the other wrote stands.
        await store.ReplaceAsync(own.Value with { Deliveries = deliveries }, own.ETag, cancellationToken);
        return true;
    }

    private async Task<NoticeDelivery> TryAsync(NoticeDelivery delivery, NoticeMessage message, CancellationToken cancellationToken)
    {
        string? error;
        try
        {
            error = Array.Find(_channels, channel => channel.Name == delivery.Channel) is { } channel
                ? await channel.SendAsync(message, cancellationToken)
                : "It is not set up any more.";
        }
#pragma warning disable CA1031 // Whatever is wrong with one way, it is tried again, and the others are tried.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Its text may quote addresses.
            error = exception.GetType().Name;
        }

        var now = time.GetUtcNow();
        IReadOnlyList<NoticeAttempt> attempts = [.. delivery.Attempts, new NoticeAttempt(now, error)];
        var isGivenUp = error is not null && attempts.Count > Pauses.Length;
        if (isGivenUp)
        {
            incidents.Report(new Incident(
                IncidentKind.NoticeFailed, message.Notice.Purse, message.Notice.Id, $"Given up by {delivery.Channel}: {error}"));
        }

        return new NoticeDelivery(
            delivery.Channel, error is null || isGivenUp ? null : now + Pauses[attempts.Count - 1], attempts);
    }

    private async Task<NoticeMessage> MessageOf(NoticeRecord notice, CancellationToken cancellationToken)
    {
        var (kind, id) = notice.Purse.Value.Split(':', 2) is [var first, var second] ? (first, second) : ("", "");
        if (kind == "key")
        {
            var key = (await keys.GetAsync(id, cancellationToken))?.Value;
            var payer = key is null ? null : await owners.FindAsync(OwnerKind.Account, key.Account, cancellationToken);
            return new NoticeMessage(notice, $"API key {key?.Name ?? id}", payer?.Value.Email);
        }

        var owner = Enum.TryParse<OwnerKind>(kind, ignoreCase: true, out var known)
            ? await owners.FindAsync(known, id, cancellationToken)
            : null;
        return new NoticeMessage(notice, $"{kind} {owner?.Value.Name ?? id}", owner?.Value.Email);
    }
}
