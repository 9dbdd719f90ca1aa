using System.Collections.Concurrent;
using AigneHub.Core.Routing;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// Keeps a token until 5 minutes before it expires (a short-lived one for half its life) and a failure for 5 s; each token is
/// asked for once, however many calls wait for it. When a new one can't be had, the old one serves while it is valid.
/// Thread-safe.
/// </summary>
internal sealed class TokenCache(TimeProvider time)
{
    private const int EntriesMax = 1000;
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FailureKept = TimeSpan.FromSeconds(5);

    // One asking, with its repeats; a caller that goes away does not end it for the others.
    private static readonly TimeSpan AskingMax = TimeSpan.FromSeconds(30);

    // By kind and secret: a new secret is a new entry, an unchanged one outlives the reading of the settings.
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

            asking = entry.Asking;
        }

        return asking.WaitAsync(cancellationToken);
    }

    private async Task<TokenResult> AskAsync(Entry entry, Func<CancellationToken, Task<TokenResult>> ask)
    {
        var before = entry.Last;
        using var limit = new CancellationTokenSource(AskingMax, time);
        TokenResult result;
        try
        {
            result = await ask(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            result = TokenResult.Failed(AuthenticationFailureKind.Unreachable, "The issuer of the token did not answer in time.");
        }

        var now = time.GetUtcNow();
        if (!result.Outcome.Succeeded)
        {
            entry.RefreshAt = now + FailureKept;
            return before is not null && now < before.ExpiresAt ? before : result;
        }

        var life = result.ExpiresAt - now;
        entry.RefreshAt = now + (life > 2 * RefreshBefore ? life - RefreshBefore : life / 2);
        entry.Last = result;
        return result;
    }

    private sealed class Entry
    {
        /// <summary>The asking that is under way or was the last.</summary>
        public Task<TokenResult>? Asking { get; set; }

        /// <summary>Written before <see cref="Asking"/> completes, read after.</summary>
        public DateTimeOffset RefreshAt { get; set; }

        /// <summary>The last token that was had.</summary>
        public TokenResult? Last { get; set; }
    }
}
