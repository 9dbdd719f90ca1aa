using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// Who guesses keys is slowed down: each look-up that finds nothing counts against the address it came from, and an address that
/// has used up a minute's share is not looked up for any more. Keys that this instance has let in within the last hour are not
/// affected, wherever they are used from. Of each instance; keys have 256 random bits, so this spares storage rather than secrets.
/// </summary>
internal sealed class FailureThrottle : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ClientAddress _addresses;
    private readonly PartitionedRateLimiter<IPAddress>? _failures;

    public FailureThrottle(GatewayOptions options, ClientAddress addresses)
    {
        _addresses = addresses;
        // A bucket that is full is forgotten.
        _failures = options.AuthenticationFailuresPerMinute == 0 ? null : PartitionedRateLimiter.Create<IPAddress, IPAddress>(
            address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.AuthenticationFailuresPerMinute,
                TokensPerPeriod = options.AuthenticationFailuresPerMinute,
                ReplenishmentPeriod = Window,
            }));
    }

    /// <summary>How long to wait; null when the address may be looked up for.</summary>
    public TimeSpan? Exhausted(HttpContext http) =>
        _failures?.GetStatistics(KeyOf(http)) is { CurrentAvailablePermits: 0 } ? Window : null;

    public void Failed(HttpContext http) => _failures?.AttemptAcquire(KeyOf(http)).Dispose();

    public void Dispose() => _failures?.Dispose();

    /// <summary>Half of the bits of an IPv6 address are its owner's to choose; who is not known shares one bucket.</summary>
    private IPAddress KeyOf(HttpContext http)
    {
        if (_addresses.Of(http) is not { } address)
        {
            return IPAddress.None;
        }

        var bytes = address.GetAddressBytes();
        if (bytes.Length == 16)
        {
            bytes.AsSpan(8).Clear();
        }

        return new IPAddress(bytes);
    }
}
