namespace AigneHub.Core.Routing.Health;

/// <summary>What one instance has found out and others may want to know. It holds no secret.</summary>
/// <param name="Provider">Provider id.</param>
/// <param name="Model">The vendor's name; null: the credential whatever the model.</param>
/// <param name="CredentialId">As in <see cref="CredentialEntry.StateId"/>.</param>
/// <param name="Kind">What was found.</param>
/// <param name="Until">When the next call, or the next probe, may pass; unused for <see cref="HealthNoticeKind.Usable"/>.</param>
public sealed record HealthNotice(
    string Provider, string? Model, string CredentialId, HealthNoticeKind Kind, DateTimeOffset Until);
