using System.Diagnostics.Metrics;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Listens to a hub's counter of failures that nobody foresaw.</summary>
internal sealed class UnexpectedErrorWatch : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public UnexpectedErrorWatch(TestHub hub)
    {
        var meters = hub.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "aignehub.errors.unexpected" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _count, count));
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
