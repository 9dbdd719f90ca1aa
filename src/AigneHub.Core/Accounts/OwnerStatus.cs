namespace AigneHub.Core.Accounts;

/// <summary>Whether calls are charged to it. The names are stored.</summary>
public enum OwnerStatus
{
    Active,

    /// <summary>No calls and no changes, for a time: its people still read and pay.</summary>
    Suspended,

    /// <summary>For good: its keys and members are as good as none. The purse and its history stay.</summary>
    Closed,

    /// <summary>Closed, and what told of persons is gone; kept so that nobody gets its id and history.</summary>
    Deleted,
}
