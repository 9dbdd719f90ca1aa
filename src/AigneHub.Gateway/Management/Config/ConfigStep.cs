using AigneHub.Core;

namespace AigneHub.Gateway.Management.Config;

/// <summary>One write that a configuration document asks for.</summary>
/// <param name="ApplyAsync">Writes it; null when it is done.</param>
internal sealed record ConfigStep(ConfigChange Change, Func<ManagementCall, Task<HubError?>> ApplyAsync);
