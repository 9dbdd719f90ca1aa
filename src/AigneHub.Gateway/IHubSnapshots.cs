using AigneHub.Core.Routing;

namespace AigneHub.Gateway;

/// <summary>The configuration in force. A call takes one snapshot and keeps it to its end.</summary>
public interface IHubSnapshots
{
    HubSnapshot Current { get; }
}
