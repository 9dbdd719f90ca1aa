using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Routing;
using AigneHub.Gateway;
using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.Gateway.Credit;

/// <summary>What is sent of a call that holds 50 tokens for its answer.</summary>
public sealed class SentLimitTests
{
    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", 50)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":70}""", 50)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":20}""", 20)]
    public async Task Request_Translated_HasNoHigherLimitThanIsHeld(string body, int limit)
    {
        using var codec = new TranslatingCodec(
            await NewAsync(body), new ApiBinding(ModelApi.AnthropicMessages, Dialect.Anthropic, new Uri("https://a.example")),
            ProviderTable.Find("anthropic"), 8_192, new BodyMemory(1 << 20));
        Assert.Equal(limit, Sent(codec).GetProperty("max_tokens").GetInt32());
    }

    [Theory]
    [InlineData("deepseek", """{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":1}""", "max_tokens", 1)]
    [InlineData("deepseek", """{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":70}""", "max_tokens", 50)]
    [InlineData("openai", """{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":70}""", "max_tokens", 50)]
    [InlineData("openai", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", "max_completion_tokens", 50)]
    public async Task Request_PassedThrough_HasTheLimitInTheVendorsWord(string vendor, string body, string name, int limit)
    {
        using IAttemptCodec codec = new PassthroughCodec(
            await NewAsync(body), new ApiBinding(ModelApi.OpenAiChat, Dialect.OpenAi, new Uri("https://a.example")), ProviderTable.Find(vendor));
        var sent = Sent(codec);
        Assert.Equal(limit, sent.GetProperty(name).GetInt32());
        Assert.Single(sent.EnumerateObject(), member => member.Name.StartsWith("max_", StringComparison.Ordinal));
    }

    private static JsonElement Sent(IAttemptCodec codec)
    {
        var (payload, error) = codec.Request();
        Assert.Null(error);
        using var bytes = new MemoryStream();
        foreach (var piece in payload!.Pieces)
        {
            bytes.Write(piece.Memory.Span);
        }

        return JsonDocument.Parse(bytes.ToArray()).RootElement;
    }

    private static async Task<Exchange> NewAsync(string body)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var (read, _) = await RequestBody.ReadAsync(http.Request, new BodyMemory(1 << 20), 1 << 20, default);
        var target = new RouteTarget(RoutingSamples.Provider("openai"), "m", null, 8_192, null, 128_000);
        var account = new OwnerRecord { Kind = OwnerKind.Account, Id = "a", Name = "A", CreatedAt = default };
        var key = RoutingSamples.Key();
        return new Exchange(ModelFront.OpenAiChat, http, new HubIds(TimeProvider.System).New(), TimeProvider.System)
        {
            Caller = new Caller(key, CallTerms.Of(key, account, null, null), []),
            Body = read!,
            Head = RequestHeadParser.Parse(read!.Bytes.Span, HeadShape.Chat).Head!,
            Plan = new RoutePlan([target]),
            Target = target,
            OutputTokens = 50,
        };
    }
}
