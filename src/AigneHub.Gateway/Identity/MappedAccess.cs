namespace AigneHub.Gateway.Identity;

/// <summary>What a token gives by itself, whoever is a member.</summary>
/// <param name="IsWorkload">The settings name it as one.</param>
internal sealed record MappedAccess(IReadOnlyList<MappedRole> Roles, MemberPlace Place, bool IsWorkload)
{
    public bool IsEmpty => Roles.Count == 0 && !IsWorkload;
}
