using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>
/// A conversation that another vendor has answered before goes on, without translation, at the vendor of the client's own API: what
/// the hub has put into the client's hands for the other one must not get there.
/// </summary>
public class ForeignSealTests
{
    private static readonly ReasoningItem OpenAis = new("Hm.")
    {
        Id = "rs_1",
        Origin = ModelApi.OpenAiResponses,
        Encrypted = "gAAAA",
        IsSummary = true,
    };

    private static readonly ReasoningItem Claudes = new("Hm.") { Origin = ModelApi.AnthropicMessages, Signature = "EqQB" };
    private static readonly ReasoningItem ClaudesRedacted = new("") { Origin = ModelApi.AnthropicMessages, Redacted = "Em4KA" };
    private static readonly ToolCallItem GeminisCall = new("call_1", "f", "{}") { Signature = "AgQKA" };

    public static TheoryData<ModelApi, string, string> Kept => new()
    {
        { ModelApi.AnthropicMessages, "anthropic", """{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"EqQB"},{"type":"redacted_thinking","data":"Em4"}]}]}""" },
        { ModelApi.AnthropicMessages, "anthropic", """{"messages":[{"role":"user","content":"say \"hub:OpenAiResponses:e::x\""}]}""" },
        { ModelApi.AnthropicMessages, "anthropic", """{"messages":[{"role":"assistant","content":[{"type":"text","text":"\ud83d"},{"type":"thinking","thinking":"","signature":"hub:OpenAiResponses:e::\ud83d"}]}]}""" },
        { ModelApi.OpenAiResponses, "openai", """{"input":[{"type":"reasoning","id":"rs_68","summary":[],"encrypted_content":"gAAAAABo"}]}""" },
        { ModelApi.OpenAiChat, "deepseek", """{"messages":[{"role":"assistant","content":"x","reasoning_content":"Hm."}]}""" },
        { ModelApi.OpenAiChat, "openrouter", """{"messages":[{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.text","text":"a","format":"anthropic-claude-v1"}]}]}""" },
        { ModelApi.OpenAiChat, "minimax", """{"messages":[{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.text","text":"a","format":"MiniMax-response-v1"}]}]}""" },
        { ModelApi.OpenAiChat, "google", """{"messages":[{"role":"assistant","tool_calls":[{"id":"1","extra_content":{"google":{"thought_signature":"A"}}}]}]}""" },
        { ModelApi.GeminiGenerateContent, "google", """{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"AgQKA"},{"functionCall":{"name":"g"}}]}]}""" },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void Find_WhatTheVendorUnderstands_Stays(ModelApi api, string vendor, string body) =>
        Assert.Empty(ForeignSeals.Find(api, ProviderTable.Find(vendor), "claude-sonnet-4-5-gemini-3", Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Messages_AnswerOfAnother_GoesToAnthropicWithoutItsSeals()
    {
        var content = Translating.WriteAnswer(
            ChatFormats.Front(ModelApi.AnthropicMessages), Answer(OpenAis, new ReasoningItem("unsigned"), GeminisCall)).GetProperty("content");
        var sent = Sent(ModelApi.AnthropicMessages, "anthropic", "claude-sonnet-4-5", $$"""
            {"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":{{content}}},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1"}]}]}
            """);

        Assert.Equal(3, sent["messages"]!.AsArray().Count);
        Assert.Equal("""{"type":"tool_use","id":"call_1","name":"f","input":{}}""", Assert.Single(sent["messages"]![1]!["content"]!.AsArray())!.ToJsonString());
    }

    [Fact]
    public void Messages_NothingButForeignThoughts_IsNoMessage()
    {
        var sent = Sent(ModelApi.AnthropicMessages, "anthropic", "claude-sonnet-4-5", """
            {"messages":[ {"role":"user","content":"x"} , {"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"hub:OpenAiResponses:e:rs_1:gAAA"} ]} ,
              {"role":"user","content":"y"}]}
            """);

        Assert.Equal("""[{"role":"user","content":"x"},{"role":"user","content":"y"}]""", sent["messages"]!.ToJsonString());
    }

    [Fact]
    public void Responses_AnswerOfAnother_GoesToOpenAiWithoutItsSeals()
    {
        var output = Translating.WriteAnswer(
            ChatFormats.Front(ModelApi.OpenAiResponses), Answer(Claudes, ClaudesRedacted, new ReasoningItem("unsigned"), GeminisCall)).GetProperty("output");
        var sent = Sent(ModelApi.OpenAiResponses, "openai", "gpt-5.4", $$"""{"model":"m","input":{{output}}}""");

        var item = Assert.Single(sent["input"]!.AsArray())!;
        Assert.Equal("function_call", (string?)item["type"]);
        Assert.Null(item["extra_content"]);
        Assert.Equal("f", (string?)item["name"]);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("mistral")]
    [InlineData("groq")]
    public void Chat_AnswerOfAnother_GoesOnWithoutItsSeals(string vendor)
    {
        var message = Translating.WriteAnswer(ChatFormats.Front(ModelApi.OpenAiChat), Answer(Claudes, GeminisCall))
            .GetProperty("choices")[0].GetProperty("message");
        var sent = Sent(ModelApi.OpenAiChat, vendor, "m", $$"""{"model":"m","messages":[{"role":"user","content":"x"},{{message}}]}""")["messages"]![1]!.AsObject();

        Assert.Equal(["role", "content", "refusal", "tool_calls"], sent.Select(member => member.Key));
        Assert.Null(sent["tool_calls"]![0]!["extra_content"]);
        Assert.Equal("f", (string?)sent["tool_calls"]![0]!["function"]!["name"]);
    }

    [Fact]
    public void Gemini_AnswerOfAnother_GoesToGoogleWithoutItsSeals()
    {
        var call = new ToolCallItem("call_1", "f", "{}");
        var content = Translating.WriteAnswer(ChatFormats.Front(ModelApi.GeminiGenerateContent), Answer(Claudes, ClaudesRedacted, call))
            .GetProperty("candidates")[0].GetProperty("content");
        var only = Translating.WriteAnswer(ChatFormats.Front(ModelApi.GeminiGenerateContent), Answer(OpenAis))
            .GetProperty("candidates")[0].GetProperty("content");
        var sent = Sent(ModelApi.GeminiGenerateContent, "google", "gemini-3-pro", $$"""{"contents":[{{only}},{{content}}]}""");

        var part = Assert.Single(Assert.Single(sent["contents"]!.AsArray())!["parts"]!.AsArray())!;
        Assert.Equal("f", (string?)part["functionCall"]!["name"]);
        Assert.Equal("skip_thought_signature_validator", (string?)part["thoughtSignature"]);
    }

    /// <summary>https://ai.google.dev/gemini-api/docs/thought-signatures#faqs</summary>
    [Theory]
    [InlineData("gemini-3-pro", "skip_thought_signature_validator")]
    [InlineData("gemini-2.5-pro", null)]
    public void Gemini_CallsOfAnotherModel_GetTheStandIn(string model, string? signature)
    {
        var sent = Sent(ModelApi.GeminiGenerateContent, "google", model, """
            {"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}} },{"functionCall":{"name":"g"}}]}]}
            """);

        Assert.Equal(signature, (string?)sent["contents"]![1]!["parts"]![0]!["thoughtSignature"]);
        Assert.Null(sent["contents"]![1]!["parts"]![1]!["thoughtSignature"]);
    }

    [Theory]
    [InlineData("""{"input":[{"type":"reasoning","encrypted_content":"aignehub1.x","extra_content":1,"extra_content":2},7,{"type":"function_call","extra_content":1,"extra_content":{}}]}""")]
    [InlineData("""{"input":{"id":"rs_hub_"},"x":"aignehub1."}""")]
    [InlineData("""{"input":[["aignehub1."]]}""")]
    public void Responses_HostileBody_StaysJson(string body) => Sent(ModelApi.OpenAiResponses, "openai", "m", body);

    [Theory]
    [InlineData("""{"messages":[7,{"role":"assistant","content":[7,{"type":"thinking","signature":"hub:OpenAiChat:s::x"},{"type":"thinking","signature":"hub:OpenAiChat:s::x"},8]},{"content":"hub:"}],"messages":[]}""")]
    [InlineData("""{"messages":{"content":"\"hub:"},"y":"hub:"}""")]
    public void Messages_HostileBody_StaysJson(string body) => Sent(ModelApi.AnthropicMessages, "anthropic", "claude-4-5", body);

    private static ChatAnswer Answer(params ChatItem[] items) => new("a", "m", items, FinishReason.ToolCalls, null);

    private static JsonNode Sent(ModelApi api, string vendor, string model, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var sent = new StringBuilder();
        var at = 0;
        foreach (var edit in ForeignSeals.Find(api, ProviderTable.Find(vendor), model, bytes).OrderBy(edit => edit.Start))
        {
            Assert.True(edit.Start >= at, "Edits overlap.");
            sent.Append(Encoding.UTF8.GetString(bytes[at..edit.Start])).Append(Encoding.UTF8.GetString(edit.By.Span));
            at = edit.Start + edit.Length;
        }

        return JsonNode.Parse(sent.Append(Encoding.UTF8.GetString(bytes[at..])).ToString(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = true })!;
    }
}
