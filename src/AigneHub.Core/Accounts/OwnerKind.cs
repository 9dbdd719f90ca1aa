namespace AigneHub.Core.Accounts;

/// <summary>What can have a purse and limits of its own, besides keys. The names are stored.</summary>
public enum OwnerKind
{
    /// <summary>Who pays; every key belongs to one, and its purse keeps the details of its calls.</summary>
    Account,

    /// <summary>A group of people: keys of any account may name one.</summary>
    Team,

    /// <summary>A piece of work: keys of any account may name one.</summary>
    Project,
}
