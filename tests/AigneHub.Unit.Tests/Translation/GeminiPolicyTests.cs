using System.Text.Json;
using AigneHub.Translation;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What of a request doesn't go to Gemini.</summary>
public sealed class GeminiPolicyTests
{
    private const string Gemini25 = "gemini-2.5-flash";
    private static readonly JsonElement Schema = Translating.Json("""{"type":"object"}""");
    private static readonly MessageItem Hello = new(ChatRole.User, [new TextPart("Hello")]);
    private static readonly ToolDefinition Weather = new("weather", "Says the weather.", Schema);
    private static readonly OutputFormat AnyJson = new(null, null, null);
    private static readonly Dictionary<string, JsonElement> Stored = new() { ["previous_response_id"] = Schema };

    [Fact]
    public void WriteRequest_ReasoningOfAModelThatDoesNotThink_IsDroppedWithAWarning()
    {
        var warnings = new Warnings();
        var request = new ChatRequest { Items = [Hello], Reasoning = new ReasoningRequest("high", null, null) };

        var body = Translating.WriteRequest(GeminiFormat.Instance, request, "gemini-2.0-flash", warnings);

        Assert.Equal("{}", body.GetProperty("generationConfig").GetRawText());
        Assert.Equal(["reasoning"], warnings.Dropped);
    }

    [Fact]
    public void WriteRequest_WhatGoogleHasNothingLike_IsDroppedWithWarnings()
    {
        var warnings = new Warnings();
        var request = new ChatRequest
        {
            Items = [Hello],
            Tools = [Weather],
            ParallelToolCalls = false,
            User = "u",
            ServiceTier = "flex",
            Seed = long.MaxValue,
            Others = new Dictionary<string, JsonElement> { ["logit_bias"] = Schema, ["a\r\nb"] = Schema },
        };

        Translating.WriteRequest(GeminiFormat.Instance, request, "gemini-3-pro-preview", warnings);

        Assert.Equal(["logit_bias", "a member with an unusual name", "user", "service_tier", "parallel_tool_calls", "seed"], warnings.Dropped);
    }

    [Fact]
    public void WriteRequest_StructuredOutputWithToolsThatMayNotBeCalled_DeclaresNone()
    {
        var request = new ChatRequest
        {
            Items = [Hello],
            Tools = [Weather],
            ToolChoice = new ToolChoice(ToolChoiceKind.None, []),
            Format = AnyJson,
        };

        var body = Translating.WriteRequest(GeminiFormat.Instance, request, Gemini25);

        Assert.False(body.TryGetProperty("tools", out _));
        Assert.True(body.TryGetProperty("generationConfig", out _));
    }

    public static TheoryData<string, ChatRequest> Refused => new()
    {
        { "n", new ChatRequest { Items = [Hello], Choices = 2 } },
        { "logprobs", new ChatRequest { Items = [Hello], TopLogProbabilities = 0 } },
        { "stop", new ChatRequest { Items = [Hello], Stop = ["1", "2", "3", "4", "5", "6"] } },
        { "tools", new ChatRequest { Items = [Hello], Tools = [new ToolDefinition("x", null, null, Hosted: Schema)] } },
        { "response_format", new ChatRequest { Items = [Hello], Tools = [Weather], Format = AnyJson } },
        { "previous_response_id", new ChatRequest { Items = [Hello], Others = Stored } },
        { "messages", new ChatRequest { Items = [new MessageItem(ChatRole.System, [new TextPart("alone")])] } },
        { "messages", new ChatRequest { Items = [Hello, new ToolCallItem("a", "weather", "{}"), Hello] } },
        { "messages", new ChatRequest { Items = [Hello, new ToolResultItem("a", [])] } },
        { "file_id", new ChatRequest { Items = [Media(new MediaPart(MediaKind.File) { FileId = "file-1" })] } },
        { "media_type", new ChatRequest { Items = [Media(new MediaPart(MediaKind.Image) { Data = "AA" })] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void WriteRequest_WhatWouldMeanSomethingElse_IsRefused(string member, ChatRequest request)
    {
        var (json, error) = Translating.TryWriteRequest(GeminiFormat.Instance, request, Gemini25);

        Assert.Equal((400, member), (error?.Status, error?.Param));
        Assert.Empty(json);
    }

    private static MessageItem Media(MediaPart part) => new(ChatRole.User, [part]);
}
