using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Translation.Bedrock;
using AigneHub.Translation.Model;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Translation;

public sealed class BedrockRecordingTests
{
    private static readonly BedrockConverseFormat Vendor = BedrockConverseFormat.Instance;

    [RecordingsTheory]
    [InlineData("amazon-bedrock-text", FinishReason.Stop, 22, 57)]
    [InlineData("amazon-bedrock-json-tool.1", FinishReason.ToolCalls, 15, 42)]
    [InlineData("amazon-bedrock-tool-call.1", FinishReason.ToolCalls, 10, 20)]
    [InlineData("amazon-bedrock-tool-no-args", FinishReason.ToolCalls, 100, 25)]
    [InlineData("amazon-bedrock-reasoning", FinishReason.Stop, 51, 78)]
    public void ReadAnswer_Recorded_HoldsWhatTheDocumentHolds(string name, FinishReason finish, int input, int output)
    {
        var text = System.Text.Encoding.UTF8.GetString(Recordings.Read($"amazon-bedrock/{name}.json"));
        var blocks = JsonNode.Parse(text)!["output"]!["message"]!["content"]!.AsArray();

        var answer = Vendor.ReadAnswer(ClaudeFixture.Json(text))!;

        Assert.Equal((finish, input, output), (answer.Finish, (int)answer.Usage!.Value.Input!, (int)answer.Usage.Value.Output!));
        Assert.Equal(blocks.Count, answer.Items.Count);
        foreach (var (block, item) in blocks.Zip(answer.Items))
        {
            switch (item)
            {
                case ToolCallItem call:
                    Assert.Equal((string?)block!["toolUse"]!["toolUseId"], call.CallId);
                    Assert.Equal((string?)block["toolUse"]!["name"], call.Name);
                    Assert.True(JsonNode.DeepEquals(block["toolUse"]!["input"], JsonNode.Parse(call.Arguments)));
                    break;
                case ReasoningItem reasoning:
                    var recorded = block!["reasoningContent"]!["reasoningText"]!;
                    Assert.Equal((string?)recorded["text"], reasoning.Text);
                    Assert.Equal((string?)recorded["signature"], reasoning.Signature);
                    Assert.Equal(ModelApi.BedrockConverse, reasoning.Origin);
                    break;
                default:
                    Assert.Equal((string?)block!["text"], Assert.IsType<TextPart>(((MessageItem)item).Parts.Single()).Text);
                    break;
            }
        }
    }

    [RecordingsTheory]
    [InlineData("amazon-bedrock-text", "Text", FinishReason.Stop, 22, 55)]
    [InlineData("amazon-bedrock-json-tool.1", "ToolCall", FinishReason.ToolCalls, null, null)]
    [InlineData("amazon-bedrock-tool-call.1", "ToolCall", FinishReason.ToolCalls, 125, 45)]
    [InlineData("amazon-bedrock-tool-no-args", "Text,ToolCall", FinishReason.ToolCalls, 100, 25)]
    [InlineData("amazon-bedrock-reasoning", "Reasoning,Text", FinishReason.Stop, 51, 94)]
    public void Stream_Recorded_HoldsWhatTheEventsHold(string name, string kinds, FinishReason finish, int? input, int? output)
    {
        var lines = Recordings.ReadEvents($"amazon-bedrock/{name}.chunks.txt")
            .Select(line => line["data: ".Length..].Trim())
            .ToList();

        var (answer, events) = ClaudeFixture.ReadStream(Vendor.NewStream(), lines);

        Assert.Equal(kinds, string.Join(',', events.OfType<ItemStarted>().Select(item => item.Kind)));
        Assert.Equal(finish, answer.Finish);
        Assert.Equal((input, output), ((int?)answer.Usage?.Input, (int?)answer.Usage?.Output));
        Assert.Equal(Deltas(lines, delta => delta["text"]), string.Concat(answer.Items.OfType<MessageItem>()
            .SelectMany(item => item.Parts).OfType<TextPart>().Select(part => part.Text)));
        Assert.Equal(
            Deltas(lines, delta => delta["reasoningContent"]?["text"]),
            string.Concat(answer.Items.OfType<ReasoningItem>().Select(item => item.Text)));
        Assert.Equal(
            Deltas(lines, delta => delta["reasoningContent"]?["signature"]),
            string.Concat(answer.Items.OfType<ReasoningItem>().Select(item => item.Signature)));
        var arguments = Deltas(lines, delta => delta["toolUse"]?["input"]);
        Assert.All(
            answer.Items.OfType<ToolCallItem>(),
            call => Assert.Equal(arguments.Length == 0 ? "{}" : arguments, call.Arguments));

        // The same answer for a Messages client.
        var written = ClaudeFixture.WriteStream(events);
        Assert.Equal(
            finish == FinishReason.ToolCalls ? "tool_use" : "end_turn", (string?)written[^2].Data["delta"]!["stop_reason"]);
        Assert.Equal(output ?? 0, (int)written[^2].Data["usage"]!["output_tokens"]!);
    }

    [RecordingsTheory]
    [InlineData("amazon-bedrock-reranking.1")]
    public void ReadAnswer_OfAnotherApi_IsNone(string name) =>
        Assert.Null(Vendor.ReadAnswer(ClaudeFixture.Json(
            System.Text.Encoding.UTF8.GetString(Recordings.Read($"amazon-bedrock/{name}.json")))));

    private static string Deltas(List<string> lines, Func<JsonNode, JsonNode?> member) => string.Concat(lines
        .Select(line => JsonNode.Parse(line)!["contentBlockDelta"]?["delta"])
        .Select(delta => delta is null ? null : member(delta)?.GetValue<string>()));
}
