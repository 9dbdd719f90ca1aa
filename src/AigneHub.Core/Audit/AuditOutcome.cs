namespace AigneHub.Core.Audit;

/// <summary>What became of a call that changes something. The names are stored.</summary>
public enum AuditOutcome
{
    /// <summary>Still running, or broken off: nobody wrote down what it changed.</summary>
    Unfinished,

    /// <summary>It did what it was asked for.</summary>
    Done,

    /// <summary>The caller asked for something that can't be done; nothing was changed.</summary>
    Refused,

    /// <summary>The caller may not do this.</summary>
    Denied,

    /// <summary>The hub or what it needs failed; the change may have been made.</summary>
    Failed,
}
