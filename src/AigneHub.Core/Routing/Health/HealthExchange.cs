using System.Collections.Concurrent;

namespace AigneHub.Core.Routing.Health;

/// <summary>
/// Shares refused and recovered credentials, and cool-downs, among the instances of a hub, best-effort: what one has found
/// out the others need not. A refusal or a recovery goes out at once, the rest with the next round.
/// </summary>
public sealed class HealthExchange : ICredentialEvents, IDisposable
{
    /// <summary>Shorter cool-downs are over before others would have learnt of them.</summary>
    private static readonly TimeSpan CoolDownMin = TimeSpan.FromSeconds(10);

    /// <summary>How long a recovered credential is told of.</summary>
    private static readonly TimeSpan RecoveryAge = TimeSpan.FromMinutes(1);

    /// <summary>What ended so long ago is deleted for its instance; clocks may differ by less.</summary>
    private static readonly TimeSpan StaleAge = TimeSpan.FromMinutes(5);

    private const int RecoveriesMax = 1000;

    private readonly IHealthNotices _store;
    private readonly TimeProvider _time;
    private readonly string _instance;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly ConcurrentDictionary<(string Provider, string? Model, string Credential), HealthNotice> _recovered = new();
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private HashSet<HealthNotice> _told = [];

    /// <param name="instance">The name of this instance among the others, made for one life of the process.</param>
    public HealthExchange(IHealthNotices store, TimeProvider time, string instance)
    {
        _store = store;
        _time = time;
        _instance = instance;
    }

    /// <inheritdoc/>
    public void Changed(HealthNotice notice)
    {
        var what = (notice.Provider, notice.Model, notice.CredentialId);
        if (notice.Kind != HealthNoticeKind.Usable)
        {
            _recovered.TryRemove(what, out _);
        }
        else if (_recovered.Count < RecoveriesMax)
        {
            _recovered[what] = notice with { Until = _time.GetUtcNow() + RecoveryAge };
        }

        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // The round that is due anyway tells it.
        }
    }

    /// <summary>Waits for a change on this instance, or for <paramref name="interval"/>.</summary>
    public Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken) => _changed.WaitAsync(interval, cancellationToken);

    /// <summary>Tells what is new here, and takes in what is new elsewhere.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer; the next round makes good for it.</exception>
    public async Task RoundAsync(HealthBoard board, CancellationToken cancellationToken)
    {
        await TellAsync(board, cancellationToken);
        var all = await _store.ListAsync(cancellationToken);
        var now = _time.GetUtcNow();
        foreach (var other in all.Where(o => o.Instance != _instance))
        {
            if (_seen.GetValueOrDefault(other.Instance) != other.Version)
            {
                _seen[other.Instance] = other.Version;
                board.Absorb(other.Notices.Where(n => n.Until > now));
            }

            if (other.Notices.All(n => n.Until <= now - StaleAge))
            {
                // Its instance tells anew when it has something to tell.
                await _store.DeleteAsync(other.Instance, other.Version, cancellationToken);
            }
        }

        foreach (var gone in _seen.Keys.Except(all.Select(o => o.Instance)).ToArray())
        {
            _seen.Remove(gone);
        }
    }

    public void Dispose() => _changed.Dispose();

    private async Task TellAsync(HealthBoard board, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        foreach (var (what, notice) in _recovered)
        {
            if (notice.Until <= now)
            {
                _recovered.TryRemove(what, out _);
            }
        }

        HashSet<HealthNotice> own =
        [
            .. board.Export().Where(n => n.Kind != HealthNoticeKind.Cooling || n.Until - now >= CoolDownMin).Select(Rounded),
            .. _recovered.Values,
        ];
        if (own.SetEquals(_told))
        {
            return;
        }

        await (own.Count == 0
            ? _store.DeleteAsync(_instance, null, cancellationToken)
            : _store.PutAsync(_instance, [.. own], cancellationToken));
        _told = own;
    }

    /// <summary>The board reckons in time since its start, and back: without the last digits the same finding stays equal.</summary>
    private static HealthNotice Rounded(HealthNotice notice)
    {
        var second = TimeSpan.TicksPerSecond;
        return notice with { Until = new DateTimeOffset((notice.Until.Ticks + (second / 2)) / second * second, notice.Until.Offset) };
    }
}
