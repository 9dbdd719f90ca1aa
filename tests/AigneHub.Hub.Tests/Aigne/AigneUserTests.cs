using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Aigne;

/// <summary>AIGNE's pages of the caller: credits, calls, usage.</summary>
[Collection(HubCollections.Aigne)]
public sealed class AigneUserTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Credits_WhereNoneAreSpent_AreValidAndEmpty()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        var info = await hub.GetAsync("/api/user/info");
        Assert.Equal(("default", "admin", "False"), (info["user"]!["did"]!.ToString(), info["user"]!["role"]!.ToString(), info["enableCredit"]!.GetValue<bool>().ToString()));
        Assert.Equal(
            ["user", "creditBalance", "paymentLink", "currency", "enableCredit", "profileLink", "creditPrefix"], info.AsObject().Select(m => m.Key));
        Assert.Equal(
            """{"balance":"0","currency":null,"total":"0","grantCount":0,"pendingCredit":"0"}""", (await hub.GetAsync("/api/user/credit/balance")).ToJsonString());
        foreach (var path in (string[])["grants", "transactions"])
        {
            Assert.Equal(
                """{"count":0,"list":[],"paging":{"page":2,"pageSize":10},"truncated":false}""", (await hub.GetAsync($"/api/user/credit/{path}?page=2&pageSize=10&start=1&end=2")).ToJsonString());
        }

        Assert.Equal("null", await hub.Client.GetStringAsync(new Uri("/api/user/credit/payment-link", UriKind.Relative)));
        foreach (var path in (string[])["/api/user/info", "/api/user/credit/balance", "/api/user/model-calls", "/api/usage/quota"])
        {
            using var nobody = new HttpClient { BaseAddress = hub.Address };
            using var refused = await nobody.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("invalid_api_key", JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["error"]!["type"]!.ToString());
        }
    }

    [Fact]
    public async Task Calls_OutOfTheLedger_ArePagedFilteredAndSummed()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var app = $"z1{Guid.NewGuid():N}";
        var ids = new List<string>();
        foreach (var model in (string[])["sim/chat-fast", "sim/fail-500", "sim/chat-fast"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/chat")
            {
                Content = new StringContent(
                    $$$$$"""{"input":{"messages":[{"role":"user","content":"Hi"}],"modelOptions":{"model":"{{{{{model}}}}}","maxTokens":5}}}""", null, "application/json"),
            };
            request.Headers.Add("x-aigne-hub-client-did", app);
            using var response = await hub.Client.SendAsync(request);
            ids.Add(Assert.Single(response.Headers.GetValues("x-request-id")));
        }

        foreach (var id in ids)
        {
            await hub.LedgerLineAsync(id);
        }

        var first = await hub.GetAsync($"/api/user/model-calls?appDid={app}&page=1&pageSize=2&locale=en");
        Assert.Equal((3, false), (first["count"]!.GetValue<int>(), first["truncated"]!.GetValue<bool>()));
        Assert.Equal([ids[2], ids[1]], first["list"]!.AsArray().Select(call => call!["id"]!.ToString()));
        var second = await hub.GetAsync($"/api/usage/projects/calls?appDid={app}&page=2&pageSize=2");
        Assert.Equal(ids[0], Assert.Single(second["list"]!.AsArray())!["requestId"]!.ToString());
        var call = first["list"]![0]!;
        Assert.Equal(
            ("sim", "chat-fast", "chatCompletion", "success", $"app:{app}", app),
            (Of(call, "providerId"), Of(call, "model"), Of(call, "type"), Of(call, "status"), Of(call, "appDid"), Of(call["appInfo"]!, "appName")));
        var metrics = call["usageMetrics"]!;
        Assert.Equal(5, metrics["outputTokens"]!.GetValue<int>());
        Assert.Equal(metrics["inputTokens"]!.GetValue<int>() + 5, call["totalUsage"]!.GetValue<int>());
        Assert.Equal((await hub.LedgerLineAsync(ids[2]))["cost"]!.ToString(), Of(call, "credits"));

        var failed = await hub.GetAsync($"/api/user/model-calls?appDid={app}&status=failed");
        Assert.Equal("upstream_error", Of(Assert.Single(failed["list"]!.AsArray())!, "errorReason"));
        var past = await hub.GetAsync($"/api/user/model-calls?appDid={app}&startTime=1700000000&endTime=1700000600");
        Assert.Equal(0, past["count"]!.GetValue<int>());

        var cost = decimal.Parse(Of(call, "credits"), CultureInfo.InvariantCulture);
        var project = (await hub.GetAsync("/api/usage/projects?pageSize=100"))["projects"]!.AsArray().Single(p => Of(p!, "appName") == app)!;
        Assert.Equal(
            (3, 2 * cost, 66.67), (project["totalCalls"]!.GetValue<int>(), project["totalCredits"]!.GetValue<decimal>(), project["successRate"]!.GetValue<double>()));
        var trend = Assert.Single((await hub.GetAsync($"/api/usage/projects/trends?appDid={app}&timezoneOffset=-480"))["trends"]!.AsArray())!;
        Assert.Equal((3, 2), (trend["calls"]!.GetValue<int>(), trend["successCalls"]!.GetValue<int>()));
        // Midnight in a time zone eight hours ahead.
        Assert.Equal(16 * 3600, trend["timestamp"]!.GetValue<long>() % 86_400);
        var groups = await hub.GetAsync("/api/usage/projects/group-trends");
        Assert.Equal(3, groups["trends"]!.AsArray().Sum(t => t!["byProject"]![$"app:{app}"]?["totalCalls"]!.GetValue<int>() ?? 0));
        Assert.NotEmpty((await hub.GetAsync("/api/usage/trends"))["trends"]!.AsArray());
        var stats = await hub.GetAsync("/api/user/usage-stats");
        Assert.InRange(stats["modelStats"]!["list"]!.AsArray().Count, 2, 5);
        Assert.True(stats["summary"]!["byType"]!["chatCompletion"]!["totalCalls"]!.GetValue<int>() >= 3);
        Assert.True(stats["dailyStats"]!.AsArray().Sum(day => day!["requests"]!.GetValue<int>()) >= 3);
        Assert.Equal("0", Of(await hub.GetAsync("/api/usage/quota"), "remaining"));
    }

    /// <summary>A member's key sees its own account alone, whatever it asks for.</summary>
    [Fact]
    public async Task Calls_OfAllUsers_AreNoMembersAffair()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var created = await hub.Client.PostAsync(
            new Uri("/api/admin/keys", UriKind.Relative), new StringContent("""{"name":"A member"}""", null, "application/json"));
        var key = JsonNode.Parse(await created.Content.ReadAsStringAsync())!["key"]!.ToString();
        SecretWatch.Plant(key);
        using var member = new HttpClient { BaseAddress = hub.Address };
        member.DefaultRequestHeaders.Authorization = new("Bearer", key);

        using var refused = await member.GetAsync(new Uri("/api/user/model-calls?allUsers=true", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var info = JsonNode.Parse(await member.GetStringAsync(new Uri("/api/user/info", UriKind.Relative)))!;
        Assert.Equal(("A member", "member"), (Of(info["user"]!, "fullName"), Of(info["user"]!, "role")));
    }

    [Theory]
    [InlineData("/api/user/model-calls?page=0", "page")]
    [InlineData("/api/user/model-calls?pageSize=101", "pageSize")]
    [InlineData("/api/user/model-calls?startTime=yesterday", "startTime")]
    [InlineData("/api/user/model-calls?startTime=99999999999999999999", "startTime")]
    [InlineData("/api/user/model-calls?startTime=2&endTime=1", "startTime")]
    [InlineData("/api/user/model-calls?status=odd", "status")]
    [InlineData("/api/user/model-calls?allUsers=true", "allUsers")]
    [InlineData("/api/usage/projects/calls", "appDid")]
    [InlineData("/api/usage/trends?timezoneOffset=9999", "timezoneOffset")]
    [InlineData("/api/usage/quota?timeRange=400", "timeRange")]
    public async Task Queries_WhatCantBe_NamesTheParameter(string path, string param)
    {
        await using var hub = await TestHub.StartAsync(azurite);

        using var response = await hub.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["param"]!.ToString());
    }

    private static string Of(JsonNode node, string name) => node[name]?.ToString() ?? "";
}
