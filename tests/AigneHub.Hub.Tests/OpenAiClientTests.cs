using System.ClientModel;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace AigneHub.Hub.Tests;

/// <summary>The official OpenAI clients, unmodified.</summary>
[Collection(HubCollections.Calls)]
public sealed class OpenAiClientTests(AzuriteFixture azurite)
{
    private const string Model = "sim/chat-fast";
    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "get_weather", "The weather of a city.",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    [Fact]
    public async Task DotNet_ChatStreamToolAndModels_Work()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var client = new OpenAIClient(
            new ApiKeyCredential(hub.Key), new OpenAIClientOptions { Endpoint = new Uri(hub.Address, "/v1") });
        var chat = client.GetChatClient(Model);
        ChatMessage[] messages = [ChatMessage.CreateUserMessage("Say something, please.")];

        ChatCompletion whole = await chat.CompleteChatAsync(messages);
        Assert.Equal(ChatFinishReason.Stop, whole.FinishReason);
        Assert.True(whole.Usage.InputTokenCount > 0);

        var text = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync(messages))
        {
            text += string.Concat(update.ContentUpdate.Select(p => p.Text));
            usage = update.Usage ?? usage;
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.Equal(whole.Usage.OutputTokenCount, usage!.OutputTokenCount);

        var tools = client.GetChatClient("sim/tool");
        ChatCompletion asked = await tools.CompleteChatAsync(messages, new ChatCompletionOptions { Tools = { Weather } });
        Assert.Equal(ChatFinishReason.ToolCalls, asked.FinishReason);
        var call = Assert.Single(asked.ToolCalls);
        Assert.Equal("get_weather", call.FunctionName);
        Assert.NotNull(JsonNode.Parse(call.FunctionArguments)!["city"]);
        ChatCompletion answered = await tools.CompleteChatAsync(
            [.. messages, ChatMessage.CreateAssistantMessage(asked), ChatMessage.CreateToolMessage(call.Id, "sunny")],
            new ChatCompletionOptions { Tools = { Weather } });
        Assert.NotEmpty(answered.Content[0].Text);

        OpenAIModelCollection models = await client.GetOpenAIModelClient().GetModelsAsync();
        Assert.Contains(models, m => m.Id == Model);
        OpenAIModel one = await client.GetOpenAIModelClient().GetModelAsync(Model);
        Assert.Equal(Model, one.Id);

        var error = await Assert.ThrowsAsync<ClientResultException>(() => client.GetChatClient("sim/no-such").CompleteChatAsync(messages));
        Assert.Equal(404, error.Status);
        Assert.Contains("model_not_found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_ChatStreamToolAndModels_Work()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        var seen = await NodeClients.RunAsync("openai-chat.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["MODEL"] = Model,
            ["TOOL_MODEL"] = "sim/tool",
        });

        var text = seen["chat"]!["text"]!.GetValue<string>();
        Assert.NotEmpty(text);
        Assert.Equal(text, seen["streamed"]!["text"]!.GetValue<string>());
        Assert.Equal("stop", seen["streamed"]!["finish"]!.GetValue<string>());
        Assert.Equal(
            seen["chat"]!["usage"]!["completion_tokens"]!.GetValue<int>(), seen["streamed"]!["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.Null(seen["usageUnasked"]);
        Assert.Equal("get_weather", seen["tool"]!["name"]!.GetValue<string>());
        Assert.Equal("tool_calls", seen["tool"]!["finish"]!.GetValue<string>());
        Assert.NotEmpty(seen["answered"]!.GetValue<string>());
        Assert.Contains(Model, seen["models"]!.AsArray().Select(m => m!.GetValue<string>()));
        Assert.Equal(Model, seen["model"]!.GetValue<string>());
        AssertError(seen["errors"]!["unknownModel"], "NotFoundError", 404, "model_not_found");
        AssertError(seen["errors"]!["wrongKey"], "AuthenticationError", 401, "invalid_api_key");
        AssertError(seen["errors"]!["unservedPath"], "NotFoundError", 404, "unknown_url");
    }

    [Fact]
    public async Task NodeForAzure_ChatStreamToolAndErrors_Work()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        var seen = await NodeClients.RunAsync("azure-chat.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["MODEL"] = Model,
            ["TOOL_MODEL"] = "sim/tool",
        });

        Assert.NotEmpty(seen["chat"]!["text"]!.GetValue<string>());
        Assert.Equal(seen["chat"]!.ToJsonString(), seen["streamed"]!.ToJsonString());
        Assert.Equal("get_weather", seen["tool"]!["name"]!.GetValue<string>());
        Assert.Equal("tool_calls", seen["tool"]!["finish"]!.GetValue<string>());
        AssertError(seen["error"], "NotFoundError", 404, "model_not_found");
    }

    private static void AssertError(JsonNode? error, string kind, int status, string code)
    {
        Assert.Equal(kind, error!["kind"]!.GetValue<string>());
        Assert.Equal(status, error["status"]!.GetValue<int>());
        Assert.Equal(code, error["code"]!.GetValue<string>());
        Assert.NotNull(error["requestId"]);
    }
}
