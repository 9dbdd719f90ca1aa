namespace AigneHub.Core.Routing.Health;

/// <summary>One credential of a provider, whatever the model.</summary>
internal sealed class CredentialState(string provider, string id, Gate gate)
{
    private readonly Lock _lock = new();
    private string? _secret;

    public string Provider { get; } = provider;
    public string Id { get; } = id;
    public Gate Gate { get; } = gate;

    /// <summary>The current weight of <see cref="CredentialPool"/>, which guards it.</summary>
    public long CurrentWeight { get; set; }

    /// <summary>Another secret under the same id starts with a clean record.</summary>
    public void Bind(string secret, long now)
    {
        lock (_lock)
        {
            var changed = _secret is not null && !string.Equals(_secret, secret, StringComparison.Ordinal);
            _secret = secret;
            if (changed)
            {
                Gate.Reopen(now);
            }
        }
    }
}
