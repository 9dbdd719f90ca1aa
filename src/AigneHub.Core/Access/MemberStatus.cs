namespace AigneHub.Core.Access;

/// <summary>The names are stored.</summary>
public enum MemberStatus
{
    Active,

    /// <summary>Neither its tokens nor its own keys are taken.</summary>
    Suspended,
}
