using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Attempts;

/// <summary>
/// Ends the attempts of a call: when its time is up, when its client has gone, as the provider's policy has it, and when the
/// process is about to end, so that what was consumed is still recorded.
/// </summary>
internal sealed class CallStop : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Exchange _exchange;
    private readonly GatewayOptions _options;
    private readonly CancellationToken _hubStopping;
    private readonly double _seconds;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _ending;
    private readonly CancellationTokenRegistration _staying;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationTokenRegistration _leaving;

    /// <param name="hubStopping">No new calls are taken.</param>
    /// <param name="hubStops">
    /// The process is about to end. (It also fires when the client has gone, before or after the request's own token: hence the
    /// grace.)
    /// </param>
    public CallStop(
        Exchange exchange, GatewayOptions options, TimeProvider time, CancellationToken hubStopping, CancellationToken hubStops)
    {
        _exchange = exchange;
        _options = options;
        _hubStopping = hubStopping;
        _seconds = exchange.IsStreamed ? options.StreamSecondsMax : options.AnswerSecondsMax;
        _source = new CancellationTokenSource(TimeSpan.FromSeconds(_seconds), time);
        _ending = hubStops.UnsafeRegister(static stop => ((CallStop)stop!).HubStops(), this);
        _staying = exchange.ClientLeft.UnsafeRegister(static stop => ((CallStop)stop!).Stay(), this);
        _stopping = hubStopping.UnsafeRegister(static stop => ((CallStop)stop!).HubStopping(), this);
        _leaving = exchange.Http.RequestAborted.UnsafeRegister(static stop => ((CallStop)stop!).Leave(), this);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _leaving.Dispose();
        _stopping.Dispose();
        _staying.Dispose();
        _ending.Dispose();
        _source.Dispose();
    }

    private void HubStops()
    {
        if (!_exchange.ClientLeft.IsCancellationRequested)
        {
            _source.CancelAfter(Grace);
        }
    }

    private void HubStopping()
    {
        if (_exchange.ClientLeft.IsCancellationRequested)
        {
            // Nobody waits for it here, and what it has cost must be recorded.
            _source.CancelAfter(Grace);
        }
    }

    /// <summary>A call that outlives its client is not stopped by what came just before the client was known to have left.</summary>
    private void Stay()
    {
        if (!_exchange.Http.RequestAborted.IsCancellationRequested && !_hubStopping.IsCancellationRequested)
        {
            _source.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, (_seconds * 1000) - _exchange.ElapsedMilliseconds)));
        }
    }

    private void Leave()
    {
        if (!_exchange.Front.Shape.BeginsVideo && _exchange.Target.Provider.ClientGone == ClientGonePolicy.Cancel)
        {
            _source.Cancel();
        }
        else
        {
            _source.CancelAfter(TimeSpan.FromSeconds(_options.DrainSeconds));
        }
    }
}
