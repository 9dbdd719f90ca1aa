namespace AigneHub.Core.Access;

/// <summary>What somebody is within a scope. The names are stored; what each may do: <see cref="Roles"/>.</summary>
public enum Role
{
    /// <summary>Calls models and sees what its own account uses.</summary>
    Member,

    /// <summary>Reads everything, changes nothing, calls no model.</summary>
    Auditor,

    /// <summary>Sees and handles money, calls no model.</summary>
    Billing,

    /// <summary>Everything but what only an owner may.</summary>
    Administrator,

    /// <summary>Everything; makes and unmakes administrators and owners.</summary>
    Owner,
}
