using System.Diagnostics.Metrics;

namespace AigneHub.Gateway;

/// <summary>Counts the failures that nobody foresaw: bugs. Whatever clients and vendors send, it stays 0.</summary>
public sealed class UnexpectedErrors(IMeterFactory meters)
{
    public const string MeterName = "AigneHub";
    public const string InstrumentName = "aignehub.errors.unexpected";

    private readonly Counter<long> _count = meters.Create(MeterName)
        .CreateCounter<long>(InstrumentName, "{error}", "Failures that were caught at the edge and answered with a 500.");

    public void Count() => _count.Add(1);
}
