using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Access;
using AigneHub.Gateway.Identity;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using AigneHub.Providers.Upstream;
using AigneHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Hub.Tests.Identity;

/// <summary>Tokens of identity providers at running hubs, in both modes.</summary>
[Collection(HubCollections.Management)]
public sealed class IdentityTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>
{
    private const string Tenant = "11111111-2222-3333-4444-555555555555";
    private static readonly string Chat = Managed.Chat("sim/chat-fast");

    [Fact]
    public async Task Stranger_InvitedCallingAndSuspended_IsRefusedOnOtherInstancesWithinTenSeconds()
    {
        await using var issuer = await FakeIssuer.StartAsync("id", "twin");
        var settings = Issuers(issuer, "id", "twin");
        await using var hub = await TestHub.StartAsync(azurite, settings: settings);
        await using var other = await TestHub.StartAsync(azurite, settings: settings);
        var managed = new Managed(hub);
        var account = Managed.NewId("club");
        var subject = Managed.NewId("anna");
        await managed.SendAsync(HttpMethod.Post, "accounts", $$"""{"id":"{{account}}","name":"Club"}""");
        var token = Token(issuer["id"], subject);
        await RefusedAsync(hub, token, HttpStatusCode.Forbidden, "not_invited");
        await RefusedAsync(hub, token[..^6] + "AAAAAA", HttpStatusCode.Unauthorized, "invalid_token");

        var (_, invitation, _) = await managed.SendAsync(HttpMethod.Post, "invitations", $$"""{"account":"{{account}}"}""");
        var code = invitation["code"]!.ToString();
        SecretWatch.Plant(code);
        var (status, member) = await SendAsync(hub, token, HttpMethod.Post, "/api/invitations/accept", $$"""{"code":"{{code}}"}""");
        Assert.True(status == HttpStatusCode.OK, member.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(
            hub, Token(issuer["twin"], subject), HttpMethod.Post, "/api/invitations/accept", $$"""{"code":"{{code}}"}""")).Status);

        // The same subject at another issuer is another.
        await RefusedAsync(hub, Token(issuer["twin"], subject), HttpStatusCode.Forbidden, "not_invited");
        using (var answer = await hub.ChatAsync(Chat, token))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var id = member["id"]!.ToString();
        Assert.Equal(MemberRecord.IdOf(issuer["id"].Issuer, subject), id);
        var line = await Until.NotNullAsync(async () =>
            (await hub.GetAsync($"/api/admin/accounts/{account}/ledger"))["items"]!.AsArray().FirstOrDefault());
        Assert.Equal(id, line!["key"]!.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(hub, token, HttpMethod.Get, "/api/admin/keys")).Status);

        // What the other instance knows is seconds old at most.
        await Until.TrueAsync(async () => await IsGoodAsync(other, token), "the other instance lets it in");
        await RevokedAsync(other, token, "account_suspended", async () =>
        {
            var (_, _, etag) = await managed.SendAsync(HttpMethod.Get, $"accounts/{account}");
            await managed.PatchAsync($"accounts/{account}", etag!, """{"status":"suspended","reason":"unpaid"}""");
        });
        await RefusedAsync(hub, token, HttpStatusCode.Forbidden, "account_suspended");
        var (_, _, suspended) = await managed.SendAsync(HttpMethod.Get, $"accounts/{account}");
        await managed.PatchAsync($"accounts/{account}", suspended!, """{"status":"active"}""");
        await Until.TrueAsync(async () => await IsGoodAsync(other, token), "the other instance lets it in again");
        await RevokedAsync(other, token, "member_suspended", async () =>
        {
            var (_, _, etag) = await managed.SendAsync(HttpMethod.Get, $"members/{id}");
            await managed.PatchAsync($"members/{id}", etag!, """{"status":"suspended"}""");
        });
    }

    [Fact]
    public async Task Entra_RolesWorkloadsRotationAndOutage_AreAsTheTokensSay()
    {
        var path = $"{Tenant}/v2.0";
        await using var issuer = await FakeIssuer.StartAsync(path);
        var mint = issuer[path];
        var (account, robot) = (Managed.NewId("plant"), Managed.NewId("robot"));
        var settings = new Dictionary<string, string?>
        {
            ["AigneHub:Identity:Entra:Tenants"] = Tenant,
            ["AigneHub:Identity:Entra:Authority"] = issuer.Address.ToString(),
            ["AigneHub:Identity:Entra:Audiences"] = mint.Audience,
            ["AigneHub:Identity:Entra:Roles"] = "Hub.Admin=administrator",
            ["AigneHub:Identity:Entra:Workloads"] = $"{robot}=account:{account},project:nightly",
        };
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var hub = await TestHub.StartAsync(azurite, settings: settings, services: services => Clock(services, clock));
        await new Managed(hub).SendAsync(HttpMethod.Post, "accounts", $$"""{"id":"{{account}}","name":"Plant"}""");

        issuer.IsAway = true;
        await RefusedAsync(hub, User("ida"), HttpStatusCode.ServiceUnavailable, "identity_provider_unavailable");
        issuer.IsAway = false;
        clock.Advance(IssuerKeys.AfterFailure);
        await RefusedAsync(hub, User("ida"), HttpStatusCode.Forbidden, "not_invited");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(hub, User("ida", "Hub.Admin"), HttpMethod.Get, "/api/admin/members")).Status);
        await RefusedAsync(
            hub, User("ida", tenant: "99999999-2222-3333-4444-555555555555"), HttpStatusCode.Unauthorized, "invalid_token");

        mint.Rotate("rsa-2");
        clock.Advance(IssuerKeys.BetweenFetches);
        var app = mint.Token("o-robot", clock.GetUtcNow(), claims =>
            (claims["oid"], claims["sub"], claims["tid"], claims["azp"]) = ("o-robot", "o-robot", Tenant, robot));
        using var answer = await hub.ChatAsync(Chat, app);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var line = await Until.NotNullAsync(async () =>
            (await hub.GetAsync($"/api/admin/accounts/{account}/ledger"))["items"]!.AsArray().FirstOrDefault());
        Assert.Equal("nightly", line!["project"]!.ToString());
        // A person who uses the application is not the application.
        await RefusedAsync(hub, User("eve", client: robot), HttpStatusCode.Forbidden, "not_invited");

        string User(string subject, string? role = null, string tenant = Tenant, string? client = null) =>
            mint.Token("pairwise", clock.GetUtcNow(), claims =>
            {
                (claims["oid"], claims["tid"], claims["scp"], claims["azp"]) = (subject, tenant, "access", client);
                claims["roles"] = role is null ? null : new JsonArray(role);
            });
    }

    [Fact]
    public async Task SignUp_InARaceOfInstances_MakesOneAccountWithStarterCreditsOnce()
    {
        await using var issuer = await FakeIssuer.StartAsync("shop");
        var settings = new Dictionary<string, string?>(seller.Settings) { ["AigneHub:Payments:StarterCredits"] = "0.5" };
        foreach (var (name, value) in Issuers(issuer, "shop"))
        {
            settings[name] = value;
        }

        await using var one = await TestHub.StartAsync(azurite, settings: settings);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var two = await TestHub.StartAsync(azurite, settings: settings, services: services => Clock(services, clock));
        var tokens = Enumerable.Range(0, 6).Select(i => Token(issuer["shop"], "zoe", claims => claims["jti"] = $"{i}")).ToArray();
        await Task.WhenAll(tokens.Select((token, i) => Until.TrueAsync(
            async () =>
            {
                var (status, answer) = await SendAsync(i % 2 == 0 ? one : two, token, HttpMethod.Get, "/api/me");
                Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, answer.ToString());
                return status == HttpStatusCode.OK;
            }, "it is let in")));

        var id = MemberRecord.AccountIdOf(issuer["shop"].Issuer, "zoe");
        var (_, me) = await SendAsync(one, tokens[0], HttpMethod.Get, "/api/me");
        Assert.Equal((id, "user"), (me["account"]!.ToString(), me["kind"]!.ToString()));
        Assert.Equal("owner", me["roles"]![0]!["role"]!.ToString());
        Assert.Equal("0.5", (await one.GetAsync($"/api/admin/accounts/{id}/balance"))["balance"]!.ToString());
        Assert.Single((await one.GetAsync($"/api/admin/accounts/{id}/movements"))["items"]!.AsArray());
        Assert.Single((await one.GetAsync($"/api/admin/members?account={id}"))["items"]!.AsArray());

        // Its owner, and nobody else's.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(two, tokens[1], HttpMethod.Get, "/api/admin/members")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(two, tokens[1], HttpMethod.Get, "/api/admin/members?account=default")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(two, tokens[1], HttpMethod.Get, "/api/admin/accounts/default/export")).Status);
        using var answer = await two.ChatAsync(Chat, tokens[2]);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());

        // Signing keys change: who signed up is the same by the new one, and nobody comes by the old one.
        var unseen = Token(issuer["shop"], "zoe", claims => claims["jti"] = "unseen");
        issuer["shop"].Rotate("rsa-2");
        clock.Advance(IssuerKeys.BetweenFetches);
        var fresh = Token(issuer["shop"], "zoe");
        var (known, same) = await SendAsync(two, fresh, HttpMethod.Get, "/api/me");
        Assert.True((known, id) == (HttpStatusCode.OK, same["account"]?.ToString()), same.ToString());
        await RefusedAsync(two, unseen, HttpStatusCode.Unauthorized, "invalid_token");

        // A key of its own, which dies with its member.
        var (created, key) = await SendAsync(two, fresh, HttpMethod.Post, "/api/me/keys", """{"name":"laptop"}""");
        Assert.True(created == HttpStatusCode.Created, key.ToString());
        SecretWatch.Plant(key["key"]!.ToString());
        Assert.Equal(id, (await SendAsync(two, key["key"]!.ToString(), HttpMethod.Get, "/api/me")).Body["account"]!.ToString());
        using var gone = await two.Client.DeleteAsync(new Uri($"/api/admin/members/{MemberRecord.IdOf(issuer["shop"].Issuer, "zoe")}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(two, key["key"]!.ToString(), HttpMethod.Get, "/api/me")).Status);
    }

    /// <summary>Who comes by a group, and an application that an administrator has entered: each calls, charged to what it is in.</summary>
    [Fact]
    public async Task GroupAndWorkload_CallAndAreCharged_AsTheyAreMapped()
    {
        await using var issuer = await FakeIssuer.StartAsync("id");
        var (account, team) = (Managed.NewId("works"), Managed.NewId("crew"));
        var settings = Issuers(issuer, "id");
        settings["AigneHub:Identity:Issuers:id:Account"] = account;
        settings["AigneHub:Identity:Issuers:id:Groups"] = $"crew=member@team:{team};chiefs=administrator@team:{team}";
        await using var hub = await TestHub.StartAsync(azurite, settings: settings);
        var managed = new Managed(hub);
        await managed.SendAsync(HttpMethod.Post, "accounts", $$"""{"id":"{{account}}","name":"Works"}""");
        await managed.SendAsync(HttpMethod.Post, "teams", $$"""{"id":"{{team}}","name":"Crew"}""");

        var (status, carl) = await SendAsync(hub, Of("carl", "crew"), HttpMethod.Get, "/api/me");
        Assert.True(status == HttpStatusCode.OK, carl.ToString());
        Assert.Equal(("user", account, team), (carl["kind"]!.ToString(), carl["account"]!.ToString(), carl["team"]!.ToString()));
        await ChargedAsync(Of("carl", "crew"), MemberRecord.IdOf(issuer["id"].Issuer, "carl"));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(hub, Of("carl", "crew"), HttpMethod.Get, $"/api/admin/teams/{team}")).Status);
        Assert.Equal(
            HttpStatusCode.OK, (await SendAsync(hub, Of("carl", "chiefs"), HttpMethod.Get, $"/api/admin/teams/{team}")).Status);
        // Without the group he is still known, and nothing.
        await RefusedAsync(hub, Of("carl", null), HttpStatusCode.Forbidden, "no_role");

        const string Subject = "repo:works/site:ref:main";
        await RefusedAsync(hub, Of(Subject, null), HttpStatusCode.Forbidden, "not_invited");
        var (made, workload, _) = await managed.SendAsync(HttpMethod.Post, "members", $$"""
            {"issuer":"{{issuer["id"].Issuer}}","subject":"{{Subject}}","kind":"workload","account":"{{account}}"}
            """);
        Assert.True(made == HttpStatusCode.Created, workload.ToString());
        Assert.Equal("workload", (await SendAsync(hub, Of(Subject, null), HttpMethod.Get, "/api/me")).Body["kind"]!.ToString());
        await ChargedAsync(Of(Subject, null), workload["id"]!.ToString());

        string Of(string subject, string? group) => Token(issuer["id"], subject, claims => claims["groups"] = group);

        async Task ChargedAsync(string token, string member)
        {
            using var answer = await hub.ChatAsync(Chat, token);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            await Until.NotNullAsync(async () =>
                (await hub.GetAsync($"/api/admin/accounts/{account}/ledger"))["items"]!.AsArray()
                .FirstOrDefault(one => one!["key"]!.ToString() == member));
        }
    }

    private static void Clock(IServiceCollection services, FakeTimeProvider clock) => services.AddSingleton(s => new TokenValidator(
        s.GetRequiredService<IdentityOptions>(), s.GetRequiredService<UpstreamOptions>(), clock, s.GetRequiredService<ILoggerFactory>()));

    private static Dictionary<string, string?> Issuers(FakeIssuer issuer, params string[] paths) => paths
        .SelectMany(path => new Dictionary<string, string?>
        {
            [$"AigneHub:Identity:Issuers:{path}:Issuer"] = issuer[path].Issuer,
            [$"AigneHub:Identity:Issuers:{path}:Audiences"] = issuer[path].Audience,
        })
        .ToDictionary(setting => setting.Key, setting => setting.Value);

    private static string Token(TokenMint mint, string subject, Action<JsonObject>? change = null)
    {
        var token = mint.Token(subject, DateTimeOffset.UtcNow, change);
        SecretWatch.Plant(token);
        return token;
    }

    /// <summary>On a model's route, in its API's own format.</summary>
    private static async Task RefusedAsync(TestHub hub, string token, HttpStatusCode status, string code)
    {
        using var answer = await hub.ChatAsync(Chat, token);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        Assert.Equal(code, JsonNode.Parse(text)!["error"]!["code"]!.ToString());
    }

    private static async Task<bool> IsGoodAsync(TestHub hub, string token)
    {
        using var answer = await hub.ChatAsync(Chat, token);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task RevokedAsync(TestHub hub, string token, string code, Func<Task> revoke)
    {
        await revoke();
        var started = Stopwatch.GetTimestamp();
        await Until.TrueAsync(async () => !await IsGoodAsync(hub, token), code);
        // Twice five seconds, and the asking itself.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10.5);
        await RefusedAsync(hub, token, HttpStatusCode.Forbidden, code);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        TestHub hub, string token, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await hub.Client.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()) ?? new JsonObject());
    }
}
