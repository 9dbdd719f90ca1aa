using AigneHub.Core;

namespace AigneHub.Functions;

/// <summary>Where usage events wait for the settler.</summary>
public enum UsageQueueKind
{
    StorageQueue,
    ServiceBus,
}

/// <summary>The hub's own settings, <c>AigneHub__&lt;property&gt;</c>.</summary>
public sealed class HubOptions
{
    public HubMode Mode { get; set; } = HubMode.Enterprise;

    /// <summary>Serves <c>sim/…</c> models without a vendor. Off unless switched on; a local hub switches it on.</summary>
    public bool SimulatedProvider { get; set; }

    public UsageQueueKind UsageQueue { get; set; } = UsageQueueKind.StorageQueue;

    /// <summary>Longest wait at stop for usage that is not in the queue yet, in seconds.</summary>
    public int DrainUsageSeconds { get; set; } = 20;
}
