using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.Management;

/// <summary>How far a role reaches that somebody has on the hub, in an account, a team or a project.</summary>
public sealed class RouteScopeTests
{
    private const string Own = "acme";
    private const string Other = "other";

    public static TheoryData<Role> Known { get; } = [.. Enum.GetValues<Role>()];

    [Theory]
    [MemberData(nameof(Known))]
    public void May_OnTheHub_ReachesEverything(Role role) => Assert.All(
        ManagementRoutes.All, route => Assert.Equal(Roles.Allow(role, route.Permission), May(route, Other, new RoleAssignment(role, Scope.Hub))));

    [Theory]
    [MemberData(nameof(Known))]
    public void May_InTheOwnAccount_ReachesItAndNoOther(Role role) => Assert.All(ManagementRoutes.All, route =>
    {
        var assignment = new RoleAssignment(role, Scope.OfAccount(Own));
        var reaches = route.Scope is RouteScope.Own or RouteScope.Account or not (RouteScope.Hub or RouteScope.Team or RouteScope.Project);
        Assert.Equal(reaches && Roles.Allow(role, route.Permission), May(route, Own, assignment));
        if (route.Scope is RouteScope.Account or RouteScope.Hub)
        {
            Assert.False(May(route, Other, assignment), route.Function);
        }
    });

    [Theory]
    [MemberData(nameof(Known))]
    public void May_InAnotherAccount_DoesNotReachTheOwn(Role role) => Assert.All(
        ManagementRoutes.All.Where(route => route.Scope is RouteScope.Own or RouteScope.Account or RouteScope.Hub),
        route => Assert.False(May(route, Own, new RoleAssignment(role, Scope.OfAccount(Other))), route.Function));

    /// <summary>A team and an account of one id are two things.</summary>
    [Theory]
    [MemberData(nameof(Known))]
    public void May_InATeamOrProject_ReachesThatAlone(Role role) => Assert.All(ManagementRoutes.All, route =>
    {
        var isAllowed = Roles.Allow(role, route.Permission);
        var (team, project) = (new RoleAssignment(role, Scope.OfTeam(Own)), new RoleAssignment(role, Scope.OfProject(Own)));
        if (route.Scope is RouteScope.Own or RouteScope.Account or RouteScope.Hub)
        {
            Assert.False(May(route, Own, team) || May(route, Own, project), route.Function);
        }
        else if (route.Scope is RouteScope.Team or RouteScope.Project)
        {
            Assert.Equal(isAllowed && route.Scope == RouteScope.Team, May(route, Own, team));
            Assert.Equal(isAllowed && route.Scope == RouteScope.Project, May(route, Own, project));
            Assert.False(May(route, Other, team) || May(route, Other, project), route.Function);
        }
    });

    [Fact]
    public void May_AKeyThatMayPay_PaysForItsOwnAccountAndDoesNothingElse() => Assert.All(ManagementRoutes.All, route =>
        Assert.Equal(
            route is { Permission: Permission.Pay, Scope: RouteScope.Own }, ManagementHandler.May(CallerWith(mayPay: true), route, Other)));

    [Fact]
    public void May_WithoutARole_IsNothing() =>
        Assert.All(ManagementRoutes.All, route => Assert.False(May(route, Own), route.Function));

    private static bool May(ManagementRoute route, string id, params RoleAssignment[] assignments) =>
        ManagementHandler.May(CallerWith(mayPay: false, assignments), route, id);

    private static Caller CallerWith(bool mayPay, params RoleAssignment[] assignments)
    {
        var key = new KeyRecord
        {
            Id = "key_1",
            Hash = new string('0', 64),
            Account = Own,
            Name = "1",
            Role = Role.Member,
            Hint = "1234",
            MayPay = mayPay,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        var owner = new OwnerRecord { Kind = OwnerKind.Account, Id = Own, Name = Own, CreatedAt = DateTimeOffset.UnixEpoch };
        return new Caller(key, CallTerms.Of(key, owner, null, null, null), assignments);
    }
}
