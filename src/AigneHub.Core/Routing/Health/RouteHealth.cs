namespace AigneHub.Core.Routing.Health;

/// <summary>How a (provider, model, credential) is, as this instance sees it.</summary>
/// <param name="Model">Null: the credential whatever the model.</param>
/// <param name="CredentialId">As in <see cref="CredentialEntry.StateId"/>.</param>
/// <param name="Reason">Why it is <see cref="RouteHealthState.Open"/>, half-open or disabled.</param>
/// <param name="Until">When the next call or probe may pass; null while nothing is held back, or when it is due.</param>
/// <param name="Calls">In the window; those that say nothing about the vendor's health are not counted.</param>
/// <param name="FailurePercent">Of these calls, 0 to 100.</param>
/// <param name="FirstByteMilliseconds">Moving average of the (provider, model); null when unknown.</param>
public sealed record RouteHealth(
    string Provider, string? Model, string CredentialId, RouteHealthState State, BlockReason Reason, DateTimeOffset? Until,
    int Calls, double FailurePercent, double? FirstByteMilliseconds);
