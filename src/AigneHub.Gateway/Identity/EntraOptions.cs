namespace AigneHub.Gateway.Identity;

/// <summary>
/// Microsoft Entra ID; section <c>AigneHub:Identity:Entra</c>. Members are known by the claim <c>oid</c>, which stays the same
/// whatever becomes of the app registration.
/// </summary>
public sealed class EntraOptions : AccessOptions
{
    /// <summary>
    /// Ids of the tenants whose people and workloads may come; none: Entra ID is off. <c>common</c> and <c>organizations</c> are
    /// refused: each tenant is named. Roles, groups and client ids count in tokens of the first one alone; people of the others are
    /// invited or made members, and their workloads are named by object id.
    /// </summary>
    public string Tenants { get; set; } = "";

    /// <summary>Where the tenants sign in; other clouds have others.</summary>
    public Uri Authority { get; set; } = new("https://login.microsoftonline.com/");
}
