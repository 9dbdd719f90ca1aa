namespace AigneHub.Core.Access;

/// <summary>What a call needs. One word a kind of call, not one a call: who may do one of them may do all.</summary>
public enum Permission
{
    /// <summary>Call models.</summary>
    Call,

    /// <summary>Read what the own account has used, what it stands at, what is sold.</summary>
    ReadOwn,

    /// <summary>Make, change and revoke keys of one's own.</summary>
    ManageOwnKeys,

    /// <summary>Spend the account's money at the payment provider.</summary>
    Pay,

    /// <summary>Read everything of the scope but secrets, which nobody reads.</summary>
    Read,

    /// <summary>Read the audit log.</summary>
    ReadAudit,

    /// <summary>Keys of the scope, whoever's.</summary>
    ManageKeys,

    /// <summary>Members of the scope and their roles, as far as one's own reach; invitations.</summary>
    ManageMembers,

    /// <summary>Accounts, teams and projects: create, change, suspend.</summary>
    ManageOwners,

    /// <summary>Grants, adjustments, payments by invoice, refunds, payment incidents.</summary>
    ManageMoney,

    /// <summary>Providers, credentials, models, aliases, prices, plans, poison, archive: how the hub works.</summary>
    ManageHub,

    /// <summary>Give and take the roles of owners and administrators; delete accounts.</summary>
    Own,
}
