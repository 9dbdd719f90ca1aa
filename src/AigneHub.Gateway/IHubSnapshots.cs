using AigneHub.Core.Routing;

namespace AigneHub.Gateway;

/// <summary>The configuration in force. A call takes one snapshot and keeps it to its end.</summary>
public interface IHubSnapshots
{
    HubSnapshot Current { get; }

    /// <summary>
    /// What is stored has been read once, or can't be put in force; until then <see cref="Current"/> is the settings alone,
    /// without the stored prices, and no call may be decided by it.
    /// </summary>
    bool IsLoaded { get; }
}
