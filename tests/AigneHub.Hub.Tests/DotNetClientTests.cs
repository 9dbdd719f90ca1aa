#pragma warning disable OPENAI001 // The client calls its own Responses part experimental.
using System.ClientModel;
using AigneHub.Hub.Tests.Support;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using OpenAI;
using OpenAI.Responses;

namespace AigneHub.Hub.Tests;

/// <summary>The official .NET clients of Anthropic and OpenAI, unmodified, against the vendors' recorded answers.</summary>
[Collection(HubCollections.Calls)]
public sealed class DotNetClientTests(AzuriteFixture azurite)
{
    private static readonly MessageCreateParams Ask = new()
    {
        MaxTokens = 100,
        Model = "anthropic/claude-sonnet-4-5",
        Messages = [new UserMessageParam("Hello!")],
    };

    [RecordedFact]
    public async Task Anthropic_MessageStreamTokensModelsAndErrors_Work()
    {
        await using var vendors = await RecordedVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        using var client = new AnthropicClient
        {
            BaseUrl = hub.Address.GetLeftPart(UriPartial.Authority),
            ApiKey = hub.Key,
            MaxRetries = 0,
        };

        var message = await client.Messages.Create(Ask);
        Assert.True(message.Content[0].TryPickText(out var text));
        Assert.StartsWith("Hello! I'm doing well", text!.Text, StringComparison.Ordinal);
        Assert.Equal((12, 29), (message.Usage.InputTokens, message.Usage.OutputTokens));

        var streamed = "";
        await foreach (var streamEvent in client.Messages.CreateStreaming(Ask))
        {
            streamed += streamEvent.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece) ? piece.Text : "";
        }

        Assert.StartsWith("Hello! I'm doing well", streamed, StringComparison.Ordinal);
        var called = await client.Messages.Create(Ask with { Tools = [new Tool { Name = "json", InputSchema = new InputSchema() }] });
        Assert.True(called.Content[0].TryPickToolUse(out var use));
        Assert.Equal(("json", 4), (use!.Name, use.Input["elements"].GetArrayLength()));

        var counted = await client.Messages.CountTokens(new MessageCountTokensParams { Model = Ask.Model, Messages = Ask.Messages });
        Assert.Equal(14, counted.InputTokens);
        var models = await client.Models.List();
        Assert.Contains(models.Items, m => m.ID == "anthropic/claude-sonnet-4-5");

        var overloaded = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.Messages.Create(Ask with { Model = "anthropic/overloaded" }));
        Assert.Equal(503, (int)overloaded.StatusCode);
    }

    [RecordedFact]
    public async Task OpenAi_ResponsesAndEmbeddings_Work()
    {
        await using var vendors = await RecordedVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var client = new OpenAIClient(new ApiKeyCredential(hub.Key), new OpenAIClientOptions { Endpoint = new Uri(hub.Address, "/v1") });
        var responses = client.GetResponsesClient();

        ResponseResult response = await responses.CreateResponseAsync("openai/gpt-5", "Hello!");
        Assert.Equal(ResponseStatus.Completed, response.Status);
        Assert.Equal(423, response.Usage.OutputTokenCount);

        List<StreamingResponseUpdate> updates = [];
        await foreach (var update in await responses.CreateResponseStreamingAsync("openai/gpt-5", "Hello!"))
        {
            updates.Add(update);
        }

        Assert.IsType<StreamingResponseCreatedUpdate>(updates[0]);
        Assert.Equal(463, Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]).Response.Usage.OutputTokenCount);

        var embedding = (await client.GetEmbeddingClient("openai/text-embedding-3-small").GenerateEmbeddingsAsync(["Hello!"])).Value;
        Assert.Equal(12, embedding.Usage.InputTokenCount);
        Assert.NotEqual(0, embedding[0].ToFloats().Length);
    }
}
