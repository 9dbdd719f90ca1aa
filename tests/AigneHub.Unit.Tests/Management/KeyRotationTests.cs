using AigneHub.Core;
using AigneHub.Core.Access;

namespace AigneHub.Unit.Tests.Management;

public sealed class KeyRotationTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Enterprise);
    private readonly string _first;

    public KeyRotationTests() => _first = _bench.AddKey("key_r");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Rotate_WithOverlap_BothWorkUntilItEnds()
    {
        var rotated = await RotateAsync("""{"overlapSeconds":3600}""");
        var second = rotated["key"];
        Assert.Equal((200, "key_r", second[^4..]), (rotated.Status, rotated["id"], rotated["hint"]));
        Assert.Equal(
            $$"""[{"hint":"{{_first[^4..]}}","until":"2026-11-23T13:30:00+00:00"}]""", rotated.Body["previous"]!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Equal((200, 200), (await UseAsync(_first), await UseAsync(second)));

        _bench.Clock.Advance(TimeSpan.FromSeconds(3599.9));
        Assert.Equal(200, await UseAsync(_first));
        _bench.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((401, 200), (await UseAsync(_first), await UseAsync(second)));
        var over = await MineAsync(_first);
        Assert.Equal("api_key_inactive", over["code"]);
        Assert.Contains("rotated", over["detail"], StringComparison.Ordinal);
        var read = await _bench.SendAsync(request => _bench.Keys.GetAsync(request, "key_r", default));
        Assert.Equal(("", ""), (read["previous"], read["key"]));
    }

    [Fact]
    public async Task Rotate_DefaultAndNone_AreADayAndAtOnce()
    {
        var second = (await RotateAsync("{}"))["key"];
        _bench.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal((200, 200), (await UseAsync(_first), await UseAsync(second)));
        var third = (await RotateAsync("""{"overlapSeconds":0}"""))["key"];
        Assert.Equal((401, 401, 200), (await UseAsync(_first), await UseAsync(second), await UseAsync(third)));
    }

    [Fact]
    public async Task Rotate_AgainWithinTheOverlap_EndsNoneOfThem()
    {
        // The answer to the first rotation may have been lost: what is deployed must not die by the second.
        var all = new List<string> { _first };
        for (var i = 0; i < 3; i++)
        {
            all.Add((await RotateAsync("{}"))["key"]);
        }

        foreach (var secret in all)
        {
            Assert.Equal(200, await UseAsync(secret));
        }

        var refused = await RotateAsync("{}");
        Assert.Equal((409, "too_many_secrets"), (refused.Status, refused["code"]));
        Assert.Equal(200, (await RotateAsync("""{"overlapSeconds":0}""")).Status);
        Assert.Equal(401, await UseAsync(all[^1]));
    }

    [Fact]
    public async Task Revoke_EndsAllSecretsAtOnce()
    {
        var second = (await RotateAsync("{}"))["key"];
        Assert.Equal(204, (await _bench.SendAsync(request => _bench.Keys.RevokeAsync(request, "key_r", default))).Status);
        Assert.Equal((401, 401), (await UseAsync(_first), await UseAsync(second)));
        var refused = await RotateAsync("{}");
        Assert.Equal((409, "key_inactive"), (refused.Status, refused["code"]));
    }

    [Theory]
    [InlineData("""{"overlapSeconds":-1}""", 400)]
    [InlineData("""{"overlapSeconds":2592001}""", 400)]
    [InlineData("""{"overlapSeconds":2592000}""", 200)]
    [InlineData("""{"overlap":1}""", 400)]
    public async Task Rotate_Overlap_IsThirtyDaysAtMost(string body, int status) => Assert.Equal(status, (await RotateAsync(body)).Status);

    [Fact]
    public async Task Rotate_OtherVersion_IsRefused() => Assert.Equal(
        412, (await _bench.SendAsync(request => _bench.Keys.RotateAsync(request, "key_r", default), "{}", "other")).Status);

    [Fact]
    public async Task Rotate_OwnKey_NotByASecretThatWasReplaced()
    {
        var rotated = await OwnAsync("{}", _first);
        Assert.Equal(200, rotated.Status);
        Assert.Equal(403, (await OwnAsync("{}", _first)).Status);
        Assert.Equal(403, (await _bench.SendAsync(request => _bench.OwnKeys.CreateAsync(request, default), """{"name":"n"}""", key: _first)).Status);
        Assert.Equal(200, (await OwnAsync("{}", rotated["key"])).Status);
    }

    [Fact]
    public async Task Rotate_KeyOfTheSettings_IsTheSettings()
    {
        var owner = _bench.AddKey("key_owner", Role.Owner);
        var refused = await _bench.SendAsync(request => _bench.OwnKeys.RotateAsync(request, "key_owner", default), "{}", key: owner);
        Assert.Equal((409, "read_only"), (refused.Status, refused["code"]));
    }

    [Fact]
    public async Task OtherRolesKeys_AreTheOwnersAlone()
    {
        var owner = _bench.AddKey("key_owner", Role.Owner);
        foreach (var role in new[] { "administrator", "auditor", "billing" })
        {
            var body = $$"""{"name":"n","role":"{{role}}"}""";
            Assert.Equal((403, "role"), await StatusAsync(_bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), body)));
            Assert.Equal((201, ""), await StatusAsync(_bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), body, key: owner)));
        }

        Assert.Equal((400, "role"), await StatusAsync(
            _bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), """{"name":"n","role":"owner"}""", key: owner)));
        foreach (var id in new[] { "key_admin", "key_owner" })
        {
            var read = await _bench.SendAsync(request => _bench.Keys.GetAsync(request, id, default));
            Assert.Equal(200, read.Status);
            Assert.Equal(403, (await _bench.SendAsync(request => _bench.Keys.UpdateAsync(request, id, default), """{"scopes":[]}""", read.ETag)).Status);
            Assert.Equal(403, (await _bench.SendAsync(request => _bench.Keys.RevokeAsync(request, id, default))).Status);
            Assert.Equal(403, (await _bench.SendAsync(request => _bench.Keys.RotateAsync(request, id, default), "{}")).Status);
        }

        Assert.Equal(204, (await _bench.SendAsync(request => _bench.Keys.RevokeAsync(request, "key_admin", default), key: owner)).Status);
    }

    [Fact]
    public async Task LastUse_IsNotedOnceAnHourInTheBackground()
    {
        await UseAsync(_first);
        Assert.Equal("", (await _bench.SendAsync(request => _bench.Keys.GetAsync(request, "key_r", default)))["lastUsedAt"]);
        await _bench.Uses.WriteAsync(default);
        var read = await _bench.SendAsync(request => _bench.Keys.GetAsync(request, "key_r", default));
        Assert.Equal(ManagementBench.Start.AddMinutes(-30), DateTimeOffset.Parse(read["lastUsedAt"], System.Globalization.CultureInfo.InvariantCulture));

        _bench.Stored.Uses.Clear();
        await UseAsync(_first);
        await _bench.Uses.WriteAsync(default);
        Assert.DoesNotContain("key_r", _bench.Stored.Uses.Keys);
        _bench.Clock.Advance(TimeSpan.FromMinutes(30));
        await UseAsync(_first);
        // At its stop it writes what is left.
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await _bench.Uses.RunAsync(stop.Token);
        Assert.Equal(ManagementBench.Start.AddMinutes(30), _bench.Stored.Uses["key_r"]);
    }

    private Task<Reply> RotateAsync(string body) => _bench.SendAsync(request => _bench.Keys.RotateAsync(request, "key_r", default), body);

    private Task<Reply> OwnAsync(string body, string key) =>
        _bench.SendAsync(request => _bench.OwnKeys.RotateAsync(request, "key_r", default), body, key: key);

    private Task<Reply> MineAsync(string key) => _bench.SendAsync(request => _bench.OwnKeys.ListAsync(request, default), key: key);

    private async Task<int> UseAsync(string key) => (await MineAsync(key)).Status;

    private static async Task<(int, string)> StatusAsync(Task<Reply> reply) => ((await reply).Status, (await reply)["param"]);
}
