using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Requests to Gemini (<see href="https://ai.google.dev/api/generate-content#request-body"/>).</summary>
public sealed class GeminiVendorTests
{
    private const string Gemini3 = "gemini-3-pro-preview";
    private const string Gemini25 = "gemini-2.5-flash";
    private static readonly JsonElement Schema = Translating.Json(
        """{"type":"object","properties":{"location":{"type":"string"}},"required":["location"],"additionalProperties":false}""");

    private static readonly MessageItem Hello = new(ChatRole.User, [new TextPart("Hello")]);
    private static readonly ToolDefinition Weather = new("weather", "Says the weather.", Schema);

    [Fact]
    public void WriteRequest_Conversation_IsAsDocumented()
    {
        var request = new ChatRequest
        {
            Items =
            [
                new MessageItem(ChatRole.System, [new TextPart("Be brief.")]),
                Hello,
                new MessageItem(ChatRole.User, [new TextPart("again")]),
                new MessageItem(ChatRole.Assistant, [new TextPart("Hi")]),
                new MessageItem(ChatRole.System, [new TextPart("Be kind.")]),
                new MessageItem(ChatRole.User, [new TextPart("Bye"), new TextPart("")]),
            ],
            MaxOutputTokens = 50,
            Temperature = 0.5,
            TopP = 0.9,
            TopK = 40,
            Stop = ["END"],
            Seed = 7,
        };

        AssertWritten(
            """
            {"systemInstruction":{"parts":[{"text":"Be brief."},{"text":"Be kind."}]},
             "contents":[{"role":"user","parts":[{"text":"Hello"},{"text":"again"}]},
                         {"role":"model","parts":[{"text":"Hi"}]},
                         {"role":"user","parts":[{"text":"Bye"}]}],
             "generationConfig":{"maxOutputTokens":50,"temperature":0.5,"topP":0.9,"topK":40,"seed":7,"stopSequences":["END"]}}
            """,
            request,
            Gemini25);
    }

    [Fact]
    public void WriteRequest_ParallelResults_AreOneContentInTheOrderOfTheCalls()
    {
        var request = new ChatRequest
        {
            Items =
            [
                Hello,
                new ToolCallItem("a", "weather", """{"location":"Paris"}""") { Signature = "U2ln+/=" },
                new ToolCallItem("b", "time", ""),
                new ToolResultItem("b", [new TextPart("noon")]),
                new ToolResultItem("a", [new TextPart("no such place")], IsError: true),
                new MessageItem(ChatRole.User, [new TextPart("And now?")]),
            ],
            Tools = [Weather],
        };

        AssertWritten(
            """
            {"contents":[{"role":"user","parts":[{"text":"Hello"}]},
                         {"role":"model","parts":[
                           {"functionCall":{"id":"a","name":"weather","args":{"location":"Paris"}},"thoughtSignature":"U2ln+/="},
                           {"functionCall":{"id":"b","name":"time","args":{}}}]},
                         {"role":"user","parts":[
                           {"functionResponse":{"id":"a","name":"weather","response":{"error":"no such place"}}},
                           {"functionResponse":{"id":"b","name":"time","response":{"output":"noon"}}}]},
                         {"role":"user","parts":[{"text":"And now?"}]}],
             "tools":[{"functionDeclarations":[{"name":"weather","description":"Says the weather.","parametersJsonSchema":
               {"type":"object","properties":{"location":{"type":"string"}},"required":["location"],
                "additionalProperties":false}}]}],
             "generationConfig":{}}
            """,
            request,
            Gemini3);
    }

    [Theory]
    [InlineData(Gemini3, "skip_thought_signature_validator")]
    [InlineData("gemini-flash-latest", "skip_thought_signature_validator")]
    [InlineData(Gemini25, null)]
    public void WriteRequest_CallOfAnotherModel_HasTheDocumentedSignatureOnTheFirstCallOfEachStep(string model, string? signature)
    {
        var request = new ChatRequest
        {
            Items =
            [
                Hello,
                new ToolCallItem("a", "weather", "{}"),
                new ToolCallItem("b", "weather", "{}"),
                new ToolResultItem("a", [new TextPart("1")]),
                new ToolResultItem("b", [new TextPart("2")]),
                new ToolCallItem("c", "weather", "{}"),
                new ToolResultItem("c", [new TextPart("3")]),
            ],
            Tools = [Weather],
        };

        var contents = Translating.WriteRequest(GeminiFormat.Instance, request, model).GetProperty("contents");

        var signatures = contents.EnumerateArray()
            .Where(content => content.GetProperty("role").GetString() == "model")
            .SelectMany(content => content.GetProperty("parts").EnumerateArray())
            .Select(part => part.TryGetProperty("thoughtSignature", out var value) ? value.GetString() : null);
        Assert.Equal([signature, null, signature], signatures);
    }

    [Fact]
    public void WriteRequest_Thoughts_GoBackWhenTheyAreGooglesAndSigned()
    {
        var request = new ChatRequest
        {
            Items =
            [
                Hello,
                new ReasoningItem("mine") { Origin = ModelApi.GeminiGenerateContent, Signature = "c2ln" },
                new ReasoningItem("theirs") { Origin = ModelApi.AnthropicMessages, Signature = "other" },
                new ReasoningItem("nobody's"),
                new MessageItem(ChatRole.Assistant, [new TextPart("Hi") { Signature = "dGV4dA==" }]),
                new MessageItem(ChatRole.User, [new TextPart("Go on")]),
            ],
        };

        var contents = Translating.WriteRequest(GeminiFormat.Instance, request, Gemini3).GetProperty("contents");

        Assert.Equal(
            """[{"text":"mine","thought":true,"thoughtSignature":"c2ln"},{"text":"Hi","thoughtSignature":"dGV4dA=="}]""",
            contents[1].GetProperty("parts").GetRawText().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public void WriteRequest_Media_StandsInlineOrByAddress()
    {
        var request = new ChatRequest
        {
            Items =
            [
                new MessageItem(ChatRole.User,
                [
                    new MediaPart(MediaKind.Image) { Data = "AAAA", MediaType = "image/png" },
                    new MediaPart(MediaKind.Image) { Url = "https://example.com/a.jpg" },
                    new MediaPart(MediaKind.File) { Data = "BBBB" },
                ]),
                new ToolCallItem("a", "look", "{}"),
                new ToolResultItem(
                    "a", [new TextPart("seen"), new MediaPart(MediaKind.Image) { Data = "CCCC", MediaType = "image/png" }]),
            ],
            Tools = [new ToolDefinition("look", null, null)],
        };

        var contents = Translating.WriteRequest(GeminiFormat.Instance, request, Gemini3).GetProperty("contents");

        AssertJson(
            """
            [{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"fileData":{"fileUri":"https://example.com/a.jpg"}},
             {"inlineData":{"mimeType":"application/pdf","data":"BBBB"}}]
            """,
            contents[0].GetProperty("parts"));
        AssertJson(
            """
            [{"functionResponse":{"id":"a","name":"look","response":{"output":"seen"},
              "parts":[{"inlineData":{"mimeType":"image/png","data":"CCCC"}}]}}]
            """,
            contents[2].GetProperty("parts"));
        var older = Translating.WriteRequest(GeminiFormat.Instance, request, Gemini25).GetProperty("contents");
        AssertJson(
            """
            [{"functionResponse":{"name":"look","response":{"output":"seen"}}},
             {"inlineData":{"mimeType":"image/png","data":"CCCC"}}]
            """,
            older[2].GetProperty("parts"));
    }

    [Theory]
    [InlineData(ToolChoiceKind.Auto, "", """{"mode":"AUTO"}""", 2)]
    [InlineData(ToolChoiceKind.Auto, "weather", """{"mode":"AUTO"}""", 1)]
    [InlineData(ToolChoiceKind.None, "", """{"mode":"NONE"}""", 2)]
    [InlineData(ToolChoiceKind.Required, "", """{"mode":"ANY"}""", 2)]
    [InlineData(ToolChoiceKind.Named, "weather", """{"mode":"ANY","allowedFunctionNames":["weather"]}""", 2)]
    public void WriteRequest_ToolChoice_IsAMode(ToolChoiceKind kind, string name, string expected, int declared)
    {
        var request = new ChatRequest
        {
            Items = [Hello],
            Tools = [Weather, new ToolDefinition("time", null, null)],
            ToolChoice = new ToolChoice(kind, name.Length == 0 ? [] : [name]),
        };

        var body = Translating.WriteRequest(GeminiFormat.Instance, request, Gemini3);

        Assert.Equal(expected, body.GetProperty("toolConfig").GetProperty("functionCallingConfig").GetRawText());
        Assert.Equal(declared, body.GetProperty("tools")[0].GetProperty("functionDeclarations").GetArrayLength());
    }

    [Theory]
    [InlineData(Gemini3, "xhigh", null, """{"thinkingLevel":"high"}""")]
    [InlineData(Gemini3, "minimal", null, """{"thinkingLevel":"low"}""")]
    [InlineData("gemini-3-flash", "none", null, """{"thinkingLevel":"minimal"}""")]
    [InlineData(Gemini3, null, 2048, """{"thinkingBudget":2048}""")]
    [InlineData(Gemini25, "medium", null, """{"thinkingBudget":8192}""")]
    [InlineData(Gemini25, "none", null, """{"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-pro", "none", null, """{"thinkingBudget":128}""")]
    [InlineData(Gemini25, "high", -1, """{"thinkingBudget":-1}""")]
    public void WriteRequest_Reasoning_IsALevelOrABudget(string model, string? effort, int? budget, string expected)
    {
        var request = new ChatRequest { Items = [Hello], Reasoning = new ReasoningRequest(effort, budget, Summary: null) };

        var body = Translating.WriteRequest(GeminiFormat.Instance, request, model);

        Assert.Equal(expected, body.GetProperty("generationConfig").GetProperty("thinkingConfig").GetRawText());
    }

    [Fact]
    public void WriteRequest_StructuredOutput_IsAJsonSchema()
    {
        var request = new ChatRequest { Items = [Hello], Format = new OutputFormat("place", Schema, Strict: true) };

        var config = Translating.WriteRequest(GeminiFormat.Instance, request, Gemini25).GetProperty("generationConfig");

        Assert.Equal("application/json", config.GetProperty("responseMimeType").GetString());
        AssertJson(Schema.GetRawText(), config.GetProperty("responseJsonSchema"));
    }

    private static void AssertWritten(string expected, ChatRequest request, string model) =>
        AssertJson(expected, Translating.WriteRequest(GeminiFormat.Instance, request, model));

    private static void AssertJson(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(Translating.Json(expected), actual), actual.GetRawText());
}
