using System.Net;
using System.Reflection;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Management;
using AigneHub.Unit.Tests.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.Keys;

public sealed class CallerGateTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public void Dispose() => _bench.Dispose();

    /// <summary>So that no front is forgotten, and none changes unseen.</summary>
    [Fact]
    public void Scopes_OfFronts_AreTheTable() => Assert.Equal(
        """
        AigneChat Chat
        AigneCompletions Chat
        AigneEmbeddings Embeddings
        AigneImage Images
        AigneImageGenerations Images
        AigneVideo Videos
        AnthropicCountTokens Messages
        AnthropicMessages Messages
        CohereRerank Rerank
        CohereRerankV1 Rerank
        GeminiBatchEmbedContents Embeddings
        GeminiCountTokens Chat
        GeminiEmbedContent Embeddings
        GeminiGenerateContent Chat
        OpenAiChat Chat
        OpenAiCompletions Chat
        OpenAiEmbeddings Embeddings
        OpenAiImageEdits Images
        OpenAiImages Images
        OpenAiModerations Moderations
        OpenAiResponses Responses
        OpenAiSpeech Audio
        OpenAiTranscriptions Audio
        OpenAiTranslations Audio
        OpenAiVideos Videos
        """.ReplaceLineEndings("\n"),
        string.Join('\n', typeof(ModelFront).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => $"{field.Name} {((ModelFront)field.GetValue(null)!).Scope}").Order(StringComparer.Ordinal)));

    [Fact]
    public void Scopes_OfManagementCalls_AreTheOwnAccountsOrAll()
    {
        Assert.Equal(KeyScope.Account, ManagementRoutes.MyUsage.KeyScope);
        Assert.Equal(KeyScope.Account, ManagementRoutes.Me.KeyScope);
        Assert.Equal(KeyScope.Keys, ManagementRoutes.CreateMyKey.KeyScope);
        Assert.Equal(KeyScope.Payments, ManagementRoutes.OpenCheckout.KeyScope);
        Assert.All(
            ManagementRoutes.All.Where(route => route.Scope != RouteScope.Own && route != ManagementRoutes.Me),
            route => Assert.Equal(KeyScope.Management, route.KeyScope));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(KeyScope.Chat)]
    [InlineData(KeyScope.Videos)]
    public async Task LetIn_KeyWithScopes_IsLetInForThemAlone(KeyScope? only)
    {
        var key = Put(key => key with { Scopes = only is { } scope ? [scope] : [] });
        foreach (var scope in Enum.GetValues<KeyScope>())
        {
            var error = await LetInAsync(key, scope);
            Assert.Equal(only is null || only == scope ? null : "scope_missing 403", error);
        }
    }

    [Theory]
    [InlineData(Role.Member, true)]
    [InlineData(Role.Auditor, false)]
    [InlineData(Role.Billing, false)]
    [InlineData(Role.Administrator, true)]
    [InlineData(Role.Owner, true)]
    public async Task LetIn_Role_CallsModelsIfItMay(Role role, bool calls)
    {
        var key = Put(key => key with { Role = role });
        foreach (var scope in Enum.GetValues<KeyScope>())
        {
            var isModels = scope < KeyScope.Models;
            Assert.Equal(isModels && !calls ? "forbidden 403" : null, await LetInAsync(key, scope));
        }
    }

    [Theory]
    [InlineData("10.1.2.3", null)]
    [InlineData("::ffff:10.1.2.3", null)]
    [InlineData("2001:db8::7", null)]
    [InlineData("11.0.0.1", "address_not_allowed 403")]
    [InlineData("::1", "address_not_allowed 403")]
    public async Task LetIn_KeyWithRanges_ComesFromThem(string address, string? expected)
    {
        var key = Put(key => key with { IpRanges = [AddressRange.Parse("10.0.0.0/8")!, AddressRange.Parse("2001:db8::/32")!] });
        Assert.Equal(expected, await LetInAsync(key, KeyScope.Chat, address));
        Assert.Equal(expected, await LetInAsync(key, KeyScope.Management, address));
    }

    [Fact]
    public async Task LetIn_WrongAddress_TellsNeitherRangesNorScopes()
    {
        var key = Put(key => key with { IpRanges = [AddressRange.Parse("10.0.0.0/8")!], Scopes = [KeyScope.Chat] });
        var http = Call(key, "11.0.0.1");
        http.Request.Headers["X-Forwarded-For"] = "10.0.0.1";
        http.Request.Headers["X-Azure-SocketIP"] = "10.0.0.1";
        var (caller, error) = await _bench.Gate.LetInAsync(http.Request, KeyScope.Images, default);
        Assert.Null(caller);
        Assert.Equal("address_not_allowed", error!.Code);
        Assert.DoesNotContain("10.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Who guesses keys locks out none of those behind the same address who were let in within the last hour.</summary>
    [Fact]
    public async Task LetIn_AddressThatFailsTooOften_TakesKeysThatWereGoodAndNoOthers()
    {
        using var bench = new ManagementBench(HubMode.Enterprise, failuresMax: 1);
        var (seen, fresh) = (bench.AddKey("key_seen"), bench.AddKey("key_fresh"));
        async Task<string?> CodeAsync(string key) =>
            (await bench.Gate.LetInAsync(Call(key, "127.0.0.1").Request, KeyScope.Chat, default)).Error?.Code;
        Assert.Null(await CodeAsync(seen));
        Assert.Equal("invalid_api_key", await CodeAsync("wrong"));

        Assert.Equal("too_many_failed_authentications", await CodeAsync(fresh));
        bench.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(await CodeAsync(seen));
        bench.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(await CodeAsync(seen));
        bench.Clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal("too_many_failed_authentications", await CodeAsync(seen));
    }

    private string Put(Func<KeyRecord, KeyRecord> change)
    {
        var secret = _bench.AddKey("key_x");
        _bench.Stored.Put(change(_bench.Stored.GetAsync("key_x", default).Result!.Value));
        return secret;
    }

    private async Task<string?> LetInAsync(string key, KeyScope scope, string address = "127.0.0.1")
    {
        var (caller, error) = await _bench.Gate.LetInAsync(Call(key, address).Request, scope, default);
        Assert.True(caller is null != error is null);
        return error is null ? null : $"{error.Code} {error.Status}";
    }

    private static DefaultHttpContext Call(string key, string address)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + key;
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return http;
    }
}
