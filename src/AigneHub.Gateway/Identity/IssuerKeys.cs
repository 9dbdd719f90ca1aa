using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AigneHub.Gateway.Identity;

/// <summary>
/// The signing keys of one issuer. They are fetched again after an hour, and when a token names one that is not known, at most once
/// in half a minute, whoever sends what. Keys that can't be had again hold for a day; then nothing is taken. Thread-safe.
/// </summary>
internal sealed partial class IssuerKeys(
    TokenIssuer issuer, IDocumentRetriever documents, TimeProvider time, ILogger<IssuerKeys> logger)
    : IDisposable
{
    internal static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);
    internal static readonly TimeSpan HoldFor = TimeSpan.FromDays(1);
    internal static readonly TimeSpan BetweenFetches = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly long _start = time.GetTimestamp();
    private IssuerKeySet? _keys;
    private TimeSpan? _nextFetch;
    private volatile bool _hasFailed;

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>The keys of this id, none when the issuer has no such key.</summary>
    /// <param name="kid">Empty: the token names none.</param>
    /// <exception cref="IssuerUnavailableException">The issuer does not answer, and what is known does not do.</exception>
    public async Task<IReadOnlyList<JsonWebKey>> FindAsync(string kid, CancellationToken cancellationToken)
    {
        if (Held() is { } known && Now - known.Fetched < FreshFor && known.Find(kid) is { Count: > 0 } found)
        {
            return found;
        }

        await _turn.WaitAsync(cancellationToken);
        Exception? failure = null;
        try
        {
            // Who waited may find what it waits for; one who fetches does so for all.
            var isKnown = Held() is { } held && Now - held.Fetched < FreshFor && held.Find(kid).Count > 0;
            if (!isKnown && (_nextFetch is not { } next || Now >= next))
            {
                failure = await FetchAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }

        if (Held()?.Find(kid) is { } keys && (keys.Count > 0 || !_hasFailed))
        {
            return keys;
        }

        throw new IssuerUnavailableException(issuer.Name, failure);
    }

    public void Dispose() => _turn.Dispose();

    private IssuerKeySet? Held() => Volatile.Read(ref _keys) is { } keys && Now - keys.Fetched < HoldFor ? keys : null;

    private async Task<Exception?> FetchAsync(CancellationToken cancellationToken)
    {
        var started = Now;
        try
        {
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(issuer.Discovery.AbsoluteUri, documents, cancellationToken);
            if (found.Issuer != issuer.Issuer)
            {
                throw new IOException("The discovery document is another issuer's.");
            }

            Volatile.Write(ref _keys, new IssuerKeySet(found.JsonWebKeySet?.Keys ?? [], started));
            _hasFailed = false;
            _nextFetch = Now + BetweenFetches;
            return null;
        }
#pragma warning disable CA1031 // Whatever the document makes the library throw: the keys are not to be had.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(issuer.Name, e);
            _hasFailed = true;
            _nextFetch = Now + AfterFailure;
            return e;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The signing keys of the identity provider {Issuer} can't be fetched; those known hold for a day at most")]
    private partial void LogFailed(string issuer, Exception exception);
}
