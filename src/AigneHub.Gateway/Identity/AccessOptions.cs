namespace AigneHub.Gateway.Identity;

/// <summary>What an issuer's tokens give to whom.</summary>
public abstract class AccessOptions
{
    /// <summary>What a token's <c>aud</c> must name, one of them: of Entra ID the app registration's client id.</summary>
    public string Audiences { get; set; } = "";

    /// <summary>
    /// Hub roles for values of the roles' claim: <c>Hub.Admin=administrator;Blue=member@team:blue</c>. Without a scope a member is one
    /// of its account, and other roles hold on the whole hub.
    /// </summary>
    public string Roles { get; set; } = "";

    /// <summary>Likewise for values of the groups' claim; of Entra ID the groups' ids.</summary>
    public string Groups { get; set; } = "";

    /// <summary>
    /// Applications that may call models, by subject or, where the token is an application's own, client id, and what they are
    /// charged to: <c>id=account:acme,team:blue,project:nightly</c>.
    /// </summary>
    public string Workloads { get; set; } = "";

    /// <summary>The account of those who come by a role, group or workload that names none.</summary>
    public string Account { get; set; } = Core.Accounts.HubAccounts.FirstId;

    /// <summary>
    /// In Provider mode: strangers get an account of their own with their first token. Null: they do, but for issuers of whom
    /// <see cref="Workloads"/> are named: there whoever can make a workload anew would get starter credits anew.
    /// </summary>
    public bool? SignUp { get; set; }
}
