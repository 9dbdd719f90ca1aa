namespace AigneHub.Core.Access;

/// <summary>What a member is. The names are stored.</summary>
public enum MemberKind
{
    /// <summary>A person who signs in.</summary>
    User,

    /// <summary>An application or a managed identity, which has tokens of its own and no person behind it.</summary>
    Workload,
}
