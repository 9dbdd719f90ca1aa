namespace AigneHub.Core.Routing.Health;

/// <summary>One (provider, model, credential).</summary>
/// <param name="credentialId">As in <see cref="CredentialEntry.StateId"/>.</param>
internal sealed class RouteState(string provider, string model, string credentialId, Gate gate)
{
    public string Provider { get; } = provider;
    public string Model { get; } = model;
    public string CredentialId { get; } = credentialId;
    public Gate Gate { get; } = gate;
}
