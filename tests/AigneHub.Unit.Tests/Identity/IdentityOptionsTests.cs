using AigneHub.Core.Access;
using AigneHub.Gateway.Identity;

namespace AigneHub.Unit.Tests.Identity;

public sealed class IdentityOptionsTests
{
    private const string Tenant = "11111111-2222-3333-4444-555555555555";

    [Theory]
    [InlineData("common", "id", null, null, "Tenants")]
    [InlineData("organizations", "id", null, null, "Tenants")]
    [InlineData(Tenant, null, null, null, "Audiences")]
    [InlineData(Tenant, "id", "Admin", null, "Roles")]
    [InlineData(Tenant, "id", "Admin=chief", null, "Roles")]
    [InlineData(Tenant, "id", "Admin=1", null, "Roles")]
    [InlineData(Tenant, "id", "Admin=owner@everywhere", null, "Roles")]
    [InlineData(Tenant, "id", "Admin=owner;Admin=member", null, "Roles")]
    [InlineData(Tenant, "id", null, "app=hub", "Workloads")]
    [InlineData(Tenant, "id", null, "app=account:a,account:b", "Workloads")]
    [InlineData(Tenant + ";" + Tenant, "id", null, null, "two issuers")]
    public void WhatIsWrong_BadSettings_AreNamed(string tenants, string? audiences, string? roles, string? workloads, string named)
    {
        var options = new IdentityOptions
        {
            Entra = new EntraOptions { Tenants = tenants, Audiences = audiences ?? "", Roles = roles ?? "", Workloads = workloads ?? "" },
        };
        Assert.Contains(named, options.WhatIsWrong(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://id.example", null, true)]
    [InlineData("http://id.example", null, false)]
    [InlineData("http://127.0.0.1:5000", null, true)]
    [InlineData("http://localhost.example", null, false)]
    [InlineData("https://user@id.example", null, false)]
    [InlineData("my-issuer", null, false)]
    [InlineData("my-issuer", "https://id.example/d", true)]
    [InlineData("", null, true)]
    public void WhatIsWrong_IssuersElsewhere_MustBeHttps(string issuer, string? discovery, bool isGood)
    {
        var options = new IdentityOptions
        {
            Issuers =
            {
                ["id"] = new IssuerOptions { Issuer = issuer, Audiences = "hub", Discovery = discovery is null ? null : new Uri(discovery) },
            },
        };
        Assert.Equal(isGood, options.WhatIsWrong() is null);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(301)]
    public void WhatIsWrong_SkewOutOfRange_IsNamed(int seconds) =>
        Assert.Contains("SkewSeconds", new IdentityOptions { SkewSeconds = seconds }.WhatIsWrong(), StringComparison.Ordinal);

    [Fact]
    public void Map_RolesGroupsAndWorkloads_AreUnited()
    {
        var options = new IdentityOptions
        {
            Entra = new EntraOptions
            {
                Tenants = Tenant,
                Audiences = "hub",
                Roles = "Hub.Admin=administrator; Hub.Watch=auditor@account:acme",
                Groups = "g-1=member@team:blue;a=b=member",
                Workloads = "app-1=account:acme,team:blue,project:nightly",
            },
        };
        var issuer = TokenIssuers.Of(options, out _).Values.Single();

        var user = issuer.Map(Identity(issuer, "anna", roles: ["Hub.Admin", "unknown"], groups: ["g-1", "a=b"]));
        Assert.Equal(new MemberPlace(null, "blue", null), user.Place);
        Assert.Equal(
            ["Administrator hub", "Member team:blue", "Member account:mine"],
            user.Roles.Select(role => role.For("mine")).Select(one => $"{one.Role} {one.Scope}"));
        Assert.False(user.IsWorkload);

        Assert.True(issuer.Map(Identity(issuer, "anna")).IsEmpty);
        Assert.Equal("acme", issuer.Map(Identity(issuer, "anna", roles: ["Hub.Watch"])).Place.Account);
        Assert.Equal(new MemberPlace("acme", "blue", "nightly"), issuer.Map(Identity(issuer, "app-1")).Place);
        Assert.True(issuer.Map(Identity(issuer, "subject", client: "app-1")).IsWorkload);
    }

    /// <summary>The administrators of another tenant give everybody there any role, and any application another secret.</summary>
    [Fact]
    public void Map_OfAnotherTenantThanTheFirst_GivesNoRoles()
    {
        const string Customer = "99999999-2222-3333-4444-555555555555";
        var options = new IdentityOptions
        {
            Entra = new EntraOptions
            {
                Tenants = $"{Tenant};{Customer}",
                Audiences = "hub",
                Roles = "Hub.Owner=owner",
                Groups = "g-1=administrator",
                Workloads = "app-1=account:acme;object-1=account:acme",
            },
        };
        var issuers = TokenIssuers.Of(options, out var wrong).Values.ToArray();
        Assert.Null(wrong);
        Assert.Equal([Tenant, Customer], issuers.Select(one => one.Tenant));
        foreach (var (issuer, isFirst) in new[] { (issuers[0], true), (issuers[1], false) })
        {
            Assert.Equal(isFirst ? 2 : 0, issuer.Map(Identity(issuer, "mallory", ["Hub.Owner"], ["g-1"])).Roles.Count);
            Assert.Equal(isFirst, issuer.Map(Identity(issuer, "subject", client: "app-1")).IsWorkload);
            Assert.True(issuer.Map(Identity(issuer, "object-1")).IsWorkload);
        }
    }

    [Theory]
    [InlineData(null, "", true)]
    [InlineData(null, "repo:acme/app=account:acme", false)]
    [InlineData(true, "repo:acme/app=account:acme", true)]
    [InlineData(false, "", false)]
    public void SignUp_WhereNothingIsSaid_IsOffWithWorkloads(bool? said, string workloads, bool expected)
    {
        var rules = AccessRules.Of(new IssuerOptions { Audiences = "hub", SignUp = said, Workloads = workloads }, out _);
        Assert.Equal(expected, rules!.SignUp);
    }

    [Theory]
    [InlineData("member@account:other", false)]
    [InlineData("member@team:blue", true)]
    [InlineData("member@project:nightly", true)]
    [InlineData("member", true)]
    [InlineData("auditor@account:mine", false)]
    public void AssignmentsOf_AMemberElsewhere_IsNoneOfTheAccountThatItWasIn(string role, bool isMember)
    {
        var member = new MemberRecord
        {
            Id = "usr_1",
            Kind = MemberKind.User,
            Issuer = "i",
            Subject = "s",
            Account = "mine",
            CreatedAt = default,
        };
        var roles = AccessMapping.Roles("g=" + role, out _).Values.ToArray();
        var mapped = new MappedAccess(roles, MemberPlace.Of(roles.Select(one => one.Scope).OfType<Scope>()), false);
        Assert.Equal(
            isMember, Membership.AssignmentsOf(member, mapped).Contains(new RoleAssignment(Role.Member, Scope.OfAccount("mine"))));
        Assert.Equal(
            role != "member@account:other",
            Membership.AssignmentsOf(member, mapped with { Roles = [], Place = new(role == "member@account:other" ? "other" : null, null, null), IsWorkload = true })
                .Count > 0);
    }

    [Fact]
    public void AssignmentsOf_RecordAndToken_AreUnited()
    {
        var member = new MemberRecord
        {
            Id = "usr_1",
            Kind = MemberKind.User,
            Issuer = "i",
            Subject = "s",
            Account = "mine",
            Roles = [new(Role.Billing, Scope.OfAccount("mine"))],
            CreatedAt = default,
        };
        var mapped = new MappedAccess([new MappedRole(Role.Member, Scope.OfTeam("blue"))], new MemberPlace(null, "blue", null), false);
        Assert.Equal(
            ["Billing account:mine", "Member account:mine", "Member team:blue"],
            Membership.AssignmentsOf(member, mapped).Select(one => $"{one.Role} {one.Scope}").Order());
        Assert.Empty(Membership.AssignmentsOf(member with { Roles = [] }, new MappedAccess([], new MemberPlace(null, null, null), false)));
    }

    [Theory]
    [InlineData("hub", true)]
    [InlineData("account:acme", true)]
    [InlineData("team:blue", true)]
    [InlineData("Account:acme", false)]
    [InlineData("account:", false)]
    [InlineData("account:A", false)]
    [InlineData("key:k", false)]
    [InlineData("", false)]
    public void ScopeTryParse_Texts_AreReadBackOrRefused(string text, bool isScope)
    {
        Assert.Equal(isScope, Scope.TryParse(text, out var scope));
        if (isScope)
        {
            Assert.Equal(text, scope.ToString());
        }
    }

    private static TokenIdentity Identity(
        TokenIssuer issuer, string subject, string[]? roles = null, string[]? groups = null, string? client = null) => new()
        {
            Issuer = issuer,
            Subject = subject,
            Client = client,
            Roles = roles ?? [],
            Groups = groups ?? [],
            ExpiresAt = default,
        };
}
