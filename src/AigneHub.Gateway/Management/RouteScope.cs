namespace AigneHub.Gateway.Management;

/// <summary>What a management call is about, and so where its caller needs the permission.</summary>
public enum RouteScope
{
    /// <summary>The whole hub.</summary>
    Hub,

    /// <summary>The caller's own account.</summary>
    Own,

    /// <summary>The account whose id is in the route; likewise the next two.</summary>
    Account,
    Team,
    Project,

    /// <summary>The account, team or project of the key whose id is in the route or whose record is made or listed.</summary>
    Key,

    /// <summary>The account of the member or invitation whose id is in the route or whose record is made or listed.</summary>
    Member,
}
