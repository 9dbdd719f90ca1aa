using System.Collections.Concurrent;
using AigneHub.Core.Routing;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// Keeps a token until shortly before it expires and a failure for 5 s. Each token is asked for once, however many calls want
/// it; they wait only while there is no valid one, so that a new one is had while the old one still serves. Thread-safe.
/// </summary>
internal sealed class TokenCache(TimeProvider time)
{
    private const int EntriesMax = 1000;
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FailureKept = TimeSpan.FromSeconds(5);

    // A token is not used to its last moment: it must still be valid when the vendor sees it.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    // One asking, with its repeats; a caller that goes away does not end it for the others.
    private static readonly TimeSpan AskingMax = TimeSpan.FromSeconds(20);

    // By kind and secret: a new secret is a new entry, an unchanged one outlives a reload of the configuration.
    private readonly ConcurrentDictionary<(CredentialKind Kind, string Secret), Entry> _entries = new();

    /// <param name="ask">Asks the issuer; its failures are results.</param>
    /// <exception cref="OperationCanceledException">Of the caller's token.</exception>
    public Task<TokenResult> GetAsync(
        CredentialEntry credential, Func<CancellationToken, Task<TokenResult>> ask, CancellationToken cancellationToken)
    {
        var key = (credential.Kind, credential.Secret);
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= EntriesMax)
            {
                _entries.Clear();
            }

            entry = _entries.GetOrAdd(key, static _ => new Entry());
        }

        Task<TokenResult> asking;
        lock (entry)
        {
            var now = time.GetUtcNow();
            if (entry.Asking is null || (entry.Asking.IsCompleted && now >= entry.RefreshAt))
            {
                entry.Asking = AskAsync(entry, ask);
            }

            if (entry.Last is { } last && now < last.ExpiresAt - Margin)
            {
                return Task.FromResult(last);
            }

            asking = entry.Asking;
        }

        return asking.WaitAsync(cancellationToken);
    }

    private async Task<TokenResult> AskAsync(Entry entry, Func<CancellationToken, Task<TokenResult>> ask)
    {
        using var limit = new CancellationTokenSource(AskingMax, time);
        TokenResult result;
        try
        {
            result = await ask(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            result = TokenResult.Failed("The issuer of the token did not answer in time.", mayPass: true);
        }

        lock (entry)
        {
            var now = time.GetUtcNow();
            if (result.Token is null)
            {
                entry.RefreshAt = now + FailureKept;
                return result;
            }

            var life = result.ExpiresAt - now;
            entry.RefreshAt = now + (life > 2 * RefreshBefore ? life - RefreshBefore : life / 2);
            entry.Last = result;
            return result;
        }
    }

    /// <summary>Guarded by its own lock.</summary>
    private sealed class Entry
    {
        /// <summary>The asking that is under way or was the last.</summary>
        public Task<TokenResult>? Asking { get; set; }

        public DateTimeOffset RefreshAt { get; set; }

        /// <summary>The last token that was had.</summary>
        public TokenResult? Last { get; set; }
    }
}
