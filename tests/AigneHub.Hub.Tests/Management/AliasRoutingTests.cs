using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Where calls of an alias go: conditions on the request, tiers, weights, affinity, fallbacks.</summary>
[Collection(HubCollections.Management)]
public sealed class AliasRoutingTests(AzuriteFixture azurite)
{
    private const string Hi = """[{"role":"user","content":"Hi"}]""";
    private const string Image = """[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]""";

    [Fact]
    public async Task Conditions_EachKind_ChooseTheTarget()
    {
        await using var setting = await Setting.StartAsync(azurite);
        var alias = await setting.AliasAsync("""
            "targets":[
              {"model":"ID/by-header","when":{"headers":{"x-team":"blue"}}},
              {"model":"ID/by-metadata","when":{"metadata":{"plan":"*"}}},
              {"model":"ID/by-tag","when":{"keyTags":["gold"]}},
              {"model":"ID/by-image","when":{"modalities":["image"]}},
              {"model":"ID/by-tools","when":{"modalities":["tools"]}},
              {"model":"ID/by-length","when":{"inputTokensMin":500}},
              {"model":"ID/plain","tier":1}]
            """);
        var gold = await setting.KeyAsync("gold");
        var longText = $$"""[{"role":"user","content":"{{string.Concat(Enumerable.Repeat("many words ", 400))}}"}]""";

        Assert.Equal("plain", await setting.CallAsync(alias, Hi));
        Assert.Equal("by-header", await setting.CallAsync(alias, Hi, header: ("X-Team", "blue")));
        Assert.Equal("plain", await setting.CallAsync(alias, Hi, header: ("x-team", "red")));
        Assert.Equal("by-metadata", await setting.CallAsync(alias, Hi, """ "metadata":{"Plan":"any"} """));
        Assert.Equal("by-tag", await setting.CallAsync(alias, Hi, key: gold));
        Assert.Equal("by-image", await setting.CallAsync(alias, Image));
        Assert.Equal("by-tools", await setting.CallAsync(alias, Hi, """ "tools":[{"type":"function","function":{"name":"f"}}] """));
        Assert.Equal("by-length", await setting.CallAsync(alias, longText));
        Assert.Equal("plain", await setting.CallAsync(alias, Hi, """ "metadata":{"plan":"\ud800"} """));
    }

    [Fact]
    public async Task Tiers_FirstFails_SpillOverThenFallback()
    {
        await using var setting = await Setting.StartAsync(azurite);
        var alias = await setting.AliasAsync(
            """ "targets":[{"model":"ID/spill","tier":1},{"model":"ID/provisioned"}],"fallbacks":["ID/last"] """);
        Assert.Equal("provisioned", await setting.CallAsync(alias, Hi));

        setting.Failing.Add("provisioned");
        Assert.Equal("spill", await setting.CallAsync(alias, Hi));
        setting.Failing.Add("spill");
        Assert.Equal("last", await setting.CallAsync(alias, Hi));
        var line = await setting.Hub.LedgerLineAsync(setting.LastRequestId);
        Assert.Equal(
            [$"{setting.Provider}/provisioned 500", $"{setting.Provider}/spill 500", $"{setting.Provider}/last 200"],
            line["attempts"]!.AsArray().Select(a => $"{a!["model"]} {a["status"]}"));
    }

    [Fact]
    public async Task Conditions_NoneHolds_IsAnErrorThatSaysSo()
    {
        await using var setting = await Setting.StartAsync(azurite);
        var alias = await setting.AliasAsync(""" "targets":[{"model":"ID/a","when":{"headers":{"x-team":"*"}}}] """);
        Assert.Equal("400 no_target_matches", await setting.CallAsync(alias, Hi));
    }

    [Fact]
    public async Task Affinity_OfOneConversation_StaysWithItsTarget()
    {
        await using var setting = await Setting.StartAsync(azurite);
        var alias = await setting.AliasAsync(
            """ "policy":"weighted","sessionAffinity":true,"targets":[{"model":"ID/a"},{"model":"ID/b"}] """);
        List<string> first = [];
        for (var conversation = 0; conversation < 20; conversation++)
        {
            var start = string.Create(CultureInfo.InvariantCulture, $$"""{"role":"user","content":"Conversation {{conversation}}"}""");
            var target = await setting.CallAsync(alias, $"[{start}]");
            first.Add(target);
            for (var turn = 0; turn < 3; turn++)
            {
                start += """,{"role":"assistant","content":"And?"},{"role":"user","content":"Go on"}""";
                Assert.Equal(target, await setting.CallAsync(alias, $"[{start}]"));
            }
        }

        // Without affinity each of 20 conversations would stay by chance once in 8^20 cases, and all of them at one target never.
        Assert.Equal(["a", "b"], first.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>A hub with one custom provider, whose models answer or fail as told.</summary>
    private sealed class Setting : IAsyncDisposable
    {
        private FakeUpstream _vendor = null!;
        private Managed _managed = null!;

        public TestHub Hub { get; private set; } = null!;

        public string Provider { get; } = Managed.NewId("routed");

        public HashSet<string> Failing { get; } = [];

        public string LastRequestId { get; private set; } = "";

        public static async Task<Setting> StartAsync(AzuriteFixture azurite)
        {
            var setting = new Setting();
            setting._vendor = await FakeUpstream.StartAsync(setting.AnswerAsync);
            setting.Hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
            setting._managed = new Managed(setting.Hub);
            await setting._managed.CreateProviderAsync(setting.Provider, setting._vendor, "sk-routed-0123456789");
            return setting;
        }

        /// <param name="members">The alias's, with ID for the provider's.</param>
        public async Task<string> AliasAsync(string members)
        {
            var name = Managed.NewId("alias");
            await _managed.CreateAsync(
                "aliases", $$"""{"name":"{{name}}",{{members.Replace("ID/", Provider + "/", StringComparison.Ordinal)}}}""");
            return name;
        }

        public async Task<string> KeyAsync(string tag)
        {
            var (_, body, _) = await _managed.SendAsync(HttpMethod.Post, "keys", $$"""{"name":"tagged","tags":["{{tag}}"]}""");
            return body["key"]!.GetValue<string>();
        }

        /// <summary>The model that answered, or status and code of the error.</summary>
        public async Task<string> CallAsync(
            string model, string messages, string? members = null, (string Name, string Value)? header = null, string? key = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent(
                    $$"""{"model":"{{model}}","messages":{{messages}}{{(members is null ? "" : "," + members)}}}""", Encoding.UTF8, "application/json"),
            };
            if (header is { } sent)
            {
                request.Headers.TryAddWithoutValidation(sent.Name, sent.Value);
            }

            if (key is not null)
            {
                request.Headers.Authorization = new("Bearer", key);
            }

            using var response = await Hub.Client.SendAsync(request);
            LastRequestId = response.Headers.GetValues("x-request-id").Single();
            return response.IsSuccessStatusCode
                ? response.Headers.GetValues("x-hub-model").Single().Split('/')[1]
                : $"{(int)response.StatusCode} {JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"]}";
        }

        public async ValueTask DisposeAsync()
        {
            await _managed.DisposeAsync();
            await Hub.DisposeAsync();
            await _vendor.DisposeAsync();
        }

        private Task AnswerAsync(HttpContext context, JsonNode body)
        {
            var failing = Failing.Contains(body["model"]!.GetValue<string>());
            context.Response.StatusCode = failing ? 500 : 200;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(failing ? """{"error":{"message":"no"}}""" : FakeUpstream.Answer("one", 7, 5));
        }
    }
}
