namespace AigneHub.Core.Routing.Health;

/// <summary>One credential of a provider, whatever the model.</summary>
/// <param name="id">As in <see cref="CredentialEntry.StateId"/>.</param>
internal sealed class CredentialState(string provider, string id, Gate gate)
{
    public string Provider { get; } = provider;
    public string Id { get; } = id;
    public Gate Gate { get; } = gate;

    /// <summary>The current weight of <see cref="CredentialPool"/>, which guards it.</summary>
    public long CurrentWeight { get; set; }
}
