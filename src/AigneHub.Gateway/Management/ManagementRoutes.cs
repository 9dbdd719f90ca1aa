using System.Runtime.CompilerServices;
using AigneHub.Core;
using AigneHub.Core.Access;

namespace AigneHub.Gateway.Management;

/// <summary>Who may make which management call: the one table. A property a function, of the function's name.</summary>
public static class ManagementRoutes
{
    // Own account.
    public static ManagementRoute MyUsage { get; } = Of(Permission.ReadOwn, RouteScope.Own);
    public static ManagementRoute MyLedger { get; } = Of(Permission.ReadOwn, RouteScope.Own);
    public static ManagementRoute MyStatement { get; } = Of(Permission.ReadOwn, RouteScope.Own);
    public static ManagementRoute MyBalance { get; } = Of(Permission.ReadOwn, RouteScope.Own);
    public static ManagementRoute ListOffers { get; } = Of(Permission.ReadOwn, RouteScope.Own, HubMode.Provider);
    public static ManagementRoute OpenCheckout { get; } = Of(Permission.Pay, RouteScope.Own, HubMode.Provider);
    public static ManagementRoute MyOrders { get; } = Of(Permission.ReadOwn, RouteScope.Own, HubMode.Provider);
    public static ManagementRoute OpenPortal { get; } = Of(Permission.Pay, RouteScope.Own, HubMode.Provider);
    public static ManagementRoute GetTopUp { get; } = Of(Permission.ReadOwn, RouteScope.Own, HubMode.Provider);
    public static ManagementRoute SetTopUp { get; } = Of(Permission.Pay, RouteScope.Own, HubMode.Provider);
    public static ManagementRoute DeleteTopUp { get; } = Of(Permission.Pay, RouteScope.Own, HubMode.Provider);

    // Keys of one's own.
    public static ManagementRoute ListMyKeys { get; } = Of(Permission.ManageOwnKeys, RouteScope.Own);
    public static ManagementRoute CreateMyKey { get; } = Of(Permission.ManageOwnKeys, RouteScope.Own);
    public static ManagementRoute GetMyKey { get; } = Of(Permission.ManageOwnKeys, RouteScope.Own);
    public static ManagementRoute UpdateMyKey { get; } = Of(Permission.ManageOwnKeys, RouteScope.Own);
    public static ManagementRoute RotateMyKey { get; } = Of(Permission.ManageOwnKeys, RouteScope.Own);
    public static ManagementRoute RevokeMyKey { get; } = Of(Permission.ManageOwnKeys, RouteScope.Own);

    // Accounts, teams, projects and their money.
    public static ManagementRoute AccountStatement { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute AccountLedger { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute AccountAudit { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute TeamAudit { get; } = Of(Permission.Read, RouteScope.Team, HubMode.Enterprise);
    public static ManagementRoute ProjectAudit { get; } = Of(Permission.Read, RouteScope.Project, HubMode.Enterprise);
    public static ManagementRoute AccountArchive { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute RestoreArchive { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute AccountBalance { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute TeamBalance { get; } = Of(Permission.Read, RouteScope.Team, HubMode.Enterprise);
    public static ManagementRoute ProjectBalance { get; } = Of(Permission.Read, RouteScope.Project, HubMode.Enterprise);
    public static ManagementRoute ListGrants { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute GrantCredit { get; } = Of(Permission.ManageMoney, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute ReverseGrant { get; } = Of(Permission.ManageMoney, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute AccountMovements { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute AdjustAccount { get; } = Of(Permission.ManageMoney, RouteScope.Hub);
    public static ManagementRoute TeamMovements { get; } = Of(Permission.Read, RouteScope.Team, HubMode.Enterprise);
    public static ManagementRoute AdjustTeam { get; } = Of(Permission.ManageMoney, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute ProjectMovements { get; } = Of(Permission.Read, RouteScope.Project, HubMode.Enterprise);
    public static ManagementRoute AdjustProject { get; } = Of(Permission.ManageMoney, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute ListAccounts { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute CreateAccount { get; } = Of(Permission.ManageOwners, RouteScope.Hub);
    public static ManagementRoute GetAccount { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute UpdateAccount { get; } = Of(Permission.ManageOwners, RouteScope.Hub);
    public static ManagementRoute ListTeams { get; } = Of(Permission.Read, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute CreateTeam { get; } = Of(Permission.ManageOwners, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute GetTeam { get; } = Of(Permission.Read, RouteScope.Team, HubMode.Enterprise);
    public static ManagementRoute UpdateTeam { get; } = Of(Permission.ManageOwners, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute ListProjects { get; } = Of(Permission.Read, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute CreateProject { get; } = Of(Permission.ManageOwners, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute GetProject { get; } = Of(Permission.Read, RouteScope.Project, HubMode.Enterprise);
    public static ManagementRoute UpdateProject { get; } = Of(Permission.ManageOwners, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute AccountOrders { get; } = Of(Permission.Read, RouteScope.Account, HubMode.Provider);
    public static ManagementRoute BookPayment { get; } = Of(Permission.ManageMoney, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute RefundPayment { get; } = Of(Permission.ManageMoney, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute ListPaymentIncidents { get; } = Of(Permission.Read, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute ClosePaymentIncident { get; } = Of(Permission.ManageMoney, RouteScope.Hub, HubMode.Provider);

    public static ManagementRoute ExportAccount { get; } = Of(Permission.Read, RouteScope.Account);
    public static ManagementRoute DeleteAccount { get; } = Of(Permission.Own, RouteScope.Hub);
    public static ManagementRoute ExportTeam { get; } = Of(Permission.Read, RouteScope.Team, HubMode.Enterprise);
    public static ManagementRoute DeleteTeam { get; } = Of(Permission.Own, RouteScope.Hub, HubMode.Enterprise);
    public static ManagementRoute ExportProject { get; } = Of(Permission.Read, RouteScope.Project, HubMode.Enterprise);
    public static ManagementRoute DeleteProject { get; } = Of(Permission.Own, RouteScope.Hub, HubMode.Enterprise);

    // Members.
    public static ManagementRoute Me { get; } = Of(Permission.ReadOwn, RouteScope.Member);
    public static ManagementRoute ListMembers { get; } = Of(Permission.Read, RouteScope.Member);
    public static ManagementRoute CreateMember { get; } = Of(Permission.ManageMembers, RouteScope.Member);
    public static ManagementRoute GetMember { get; } = Of(Permission.Read, RouteScope.Member);
    public static ManagementRoute UpdateMember { get; } = Of(Permission.ManageMembers, RouteScope.Member);
    public static ManagementRoute DeleteMember { get; } = Of(Permission.ManageMembers, RouteScope.Member);
    public static ManagementRoute ListInvitations { get; } = Of(Permission.Read, RouteScope.Member);
    public static ManagementRoute CreateInvitation { get; } = Of(Permission.ManageMembers, RouteScope.Member);
    public static ManagementRoute DeleteInvitation { get; } = Of(Permission.ManageMembers, RouteScope.Member);

    // Keys.
    public static ManagementRoute KeyBalance { get; } = Of(Permission.Read, RouteScope.Key);
    public static ManagementRoute CreateKey { get; } = Of(Permission.ManageKeys, RouteScope.Key);
    public static ManagementRoute ListKeys { get; } = Of(Permission.Read, RouteScope.Key);
    public static ManagementRoute GetKey { get; } = Of(Permission.Read, RouteScope.Key);
    public static ManagementRoute UpdateKey { get; } = Of(Permission.ManageKeys, RouteScope.Key);
    public static ManagementRoute RotateKey { get; } = Of(Permission.ManageKeys, RouteScope.Key);
    public static ManagementRoute RevokeKey { get; } = Of(Permission.ManageKeys, RouteScope.Key);
    public static ManagementRoute KeyMovements { get; } = Of(Permission.Read, RouteScope.Key);
    public static ManagementRoute KeyAudit { get; } = Of(Permission.Read, RouteScope.Key);

    // The hub.
    public static ManagementRoute AllUsage { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute GetConfig { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute PutConfig { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute ListAliases { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute GetAlias { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute CreateAlias { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute UpdateAlias { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute DeleteAlias { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute TestAlias { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute ListCredentials { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute GetCredential { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute CreateCredential { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute UpdateCredential { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute DeleteCredential { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute TestCredential { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute AdjustKey { get; } = Of(Permission.ManageMoney, RouteScope.Hub);
    public static ManagementRoute ListAudit { get; } = Of(Permission.ReadAudit, RouteScope.Hub);
    public static ManagementRoute ListNotices { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute ListPacks { get; } = Of(Permission.Read, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute CreatePack { get; } = Of(Permission.ManageHub, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute GetPack { get; } = Of(Permission.Read, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute UpdatePack { get; } = Of(Permission.ManageHub, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute ListPlans { get; } = Of(Permission.Read, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute CreatePlan { get; } = Of(Permission.ManageHub, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute GetPlan { get; } = Of(Permission.Read, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute UpdatePlan { get; } = Of(Permission.ManageHub, RouteScope.Hub, HubMode.Provider);
    public static ManagementRoute ListPoison { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute GetPoison { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute RequeuePoison { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute DropPoison { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute ListProviders { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute GetProvider { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute CreateProvider { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute UpdateProvider { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute DeleteProvider { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute TestProvider { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute ListProviderHealth { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute Metrics { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute ListRates { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute ListRateHistory { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute GetMargins { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute UpdateMargins { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute GetPriceOverride { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute PutPriceOverride { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute DeletePriceOverride { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute GetCatalogue { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute UpdateCatalogue { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute DeleteCatalogue { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute RotateSecrets { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute ListStoredModels { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute GetStoredModel { get; } = Of(Permission.Read, RouteScope.Hub);
    public static ManagementRoute CreateStoredModel { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute UpdateStoredModel { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute DeleteStoredModel { get; } = Of(Permission.ManageHub, RouteScope.Hub);
    public static ManagementRoute TestStoredModel { get; } = Of(Permission.ManageHub, RouteScope.Hub);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ManagementRoute> All { get; } =
        [.. typeof(ManagementRoutes).GetProperties().Where(p => p.PropertyType == typeof(ManagementRoute))
            .Select(p => (ManagementRoute)p.GetValue(null)!)];

    private static ManagementRoute Of(
        Permission permission, RouteScope scope, HubMode? mode = null, [CallerMemberName] string function = "") =>
        new(function, permission, scope, mode);
}
