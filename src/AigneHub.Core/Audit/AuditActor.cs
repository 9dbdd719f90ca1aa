namespace AigneHub.Core.Audit;

/// <summary>Who made a call.</summary>
/// <param name="Id">Of its key.</param>
/// <param name="Name">Of its key, as it was then.</param>
/// <param name="Roles">E.g. <c>administrator@hub</c>.</param>
public sealed record AuditActor(string Id, string Name, string Account, IReadOnlyList<string> Roles);
