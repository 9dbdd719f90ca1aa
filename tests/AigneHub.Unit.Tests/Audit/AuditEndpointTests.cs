using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Audit;
using AigneHub.Unit.Tests.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.Audit;

public sealed class AuditEndpointTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(Role.Member, 403)]
    [InlineData(Role.Billing, 403)]
    [InlineData(Role.Auditor, 200)]
    [InlineData(Role.Administrator, 200)]
    [InlineData(Role.Owner, 200)]
    public async Task List_ByRole_IsForAuditors(Role role, int status) =>
        Assert.Equal(status, (await ListAsync("", _bench.AddKey("key_1", role))).Status);

    [Fact]
    public async Task List_Pages_NewestFirst()
    {
        foreach (var id in (string[])["a", "b", "c"])
        {
            await _bench.CreateAsync(OwnerKind.Account, $$"""{"id":"{{id}}","name":"A"}""");
            _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await ListAsync("?limit=2");
        var second = await ListAsync("?limit=2&continuation=" + first["continuation"]);

        Assert.Equal(["c", "b", "a"], Targets(first).Concat(Targets(second)));
        Assert.Equal("", second["continuation"]);
        var entry = first.Body["items"]![0]!;
        Assert.Equal("done", entry["outcome"]!.ToString());
        Assert.Equal("c", entry["after"]!["id"]!.ToString());
        Assert.Equal("key_admin", entry["actor"]!["id"]!.ToString());
    }

    [Theory]
    [InlineData("?actor=key_admin", 2)]
    [InlineData("?actor=key_other", 0)]
    [InlineData("?account=default&action=CreateAccount", 2)]
    [InlineData("?target=account&targetId=a", 1)]
    [InlineData("?outcome=refused", 1)]
    [InlineData("?outcome=done", 1)]
    [InlineData("?to=2026-11-23T12:30:00Z", 0)]
    [InlineData("?from=2026-11-23T12:30:00Z", 2)]
    [InlineData("?from=1970-01-02", 2)]
    public async Task List_Filters_AreAll(string query, int count)
    {
        await _bench.CreateAsync(OwnerKind.Account, """{"id":"a","name":"A"}""");
        await _bench.CreateAsync(OwnerKind.Account, """{"id":"A!","name":"A"}""");

        Assert.Equal(count, (await ListAsync(query)).Body["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("?outcome=good")]
    [InlineData("?who=me")]
    [InlineData("?from=2026-11-23&to=2026-11-22")]
    [InlineData("?format=csv&limit=5")]
    [InlineData("?format=xml")]
    [InlineData("?limit=201")]
    public async Task List_WhatItDoesNotKnow_IsRefused(string query) => Assert.Equal(400, (await ListAsync(query)).Status);

    [Fact]
    public async Task Export_Csv_IsSafeInSpreadsheets()
    {
        var key = _bench.AddKey("=cmd|' /C calc'!A0", Role.Administrator);
        await _bench.SendAsync(request => _bench.Keys.RevokeAsync(request, "key_1,\"2\"", default), key: key, method: "DELETE");

        var lines = (await ExportAsync("csv")).TrimEnd().Split("\r\n");

        Assert.Equal(2, lines.Length);
        Assert.StartsWith("id,at,actor,", lines[0], StringComparison.Ordinal);
        Assert.Contains(",'=cmd|' /C calc'!A0,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"key_1,\"\"2\"\"\",refused,404,key_not_found,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_JsonLines_HasEveryEntryOverAllPages()
    {
        for (var i = 0; i < 450; i++)
        {
            await _bench.SendAsync(request => _bench.Keys.RevokeAsync(request, $"key_{i}", default), method: "DELETE");
        }

        var lines = (await ExportAsync("jsonl")).TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();

        Assert.Equal(450, lines.Select(line => line["targetId"]!.ToString()).Distinct().Count());
        Assert.All(lines, line => Assert.Equal("refused", line["outcome"]!.ToString()));
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        Assert.Null(new AuditOptions().WhatIsWrong());
        Assert.Contains("RetentionDays", new AuditOptions { RetentionDays = 89 }.WhatIsWrong(), StringComparison.Ordinal);
        Assert.NotNull(new AuditOptions { RetentionDays = 3_651 }.WhatIsWrong());
    }

    private static IEnumerable<string> Targets(Reply page) => page.Body["items"]!.AsArray().Select(item => item!["targetId"]!.ToString());

    private Task<Reply> ListAsync(string query, string? key = null) =>
        _bench.SendAsync(request => _bench.AuditLog.ListAsync(request, default), key: key, query: query, method: "GET");

    private async Task<string> ExportAsync(string format)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Headers.Authorization = "Bearer " + _bench.Administrator;
        context.Request.QueryString = new QueryString("?format=" + format);
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await _bench.AuditLog.ListAsync(context.Request, default);
        Assert.Equal(200, context.Response.StatusCode);
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
