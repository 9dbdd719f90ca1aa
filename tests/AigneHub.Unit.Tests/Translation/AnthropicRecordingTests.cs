using System.Buffers;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Translation;

public sealed class AnthropicRecordingTests
{
    private static readonly IVendorFormat Vendor = AnthropicMessagesFormat.Instance;

    [RecordingsTheory]
    [InlineData("anthropic-text", FinishReason.Stop, 12, 29)]
    [InlineData("anthropic-json-tool.1", FinishReason.ToolCalls, 1151, 87)]
    [InlineData("anthropic-tool-no-args", FinishReason.ToolCalls, 602, 93)]
    [InlineData("anthropic-clear-thinking.1", FinishReason.Stop, 69, 33)]
    [InlineData("anthropic-claude-opus-5-reasoning-high.1", FinishReason.Stop, null, null)]
    [InlineData("anthropic-refusal", FinishReason.Refusal, 18, 5)]
    [InlineData("anthropic-refusal-no-details", FinishReason.Refusal, 18, 5)]
    public void ReadAnswer_Recorded_HoldsWhatTheDocumentHolds(string name, FinishReason finish, int? input, int? output)
    {
        var bytes = Recordings.Read($"anthropic/{name}.json");
        var document = JsonNode.Parse(bytes)!;

        var answer = Vendor.ReadAnswer(ClaudeFixture.Json(System.Text.Encoding.UTF8.GetString(bytes)))!;

        Assert.Equal(finish, answer.Finish);
        Assert.Equal((string?)document["id"], answer.Id);
        Assert.Equal((string?)document["model"], answer.Model);
        Assert.Equal(input ?? (int)document["usage"]!["input_tokens"]!, answer.Usage!.Value.Input);
        Assert.Equal(output ?? (int)document["usage"]!["output_tokens"]!, answer.Usage!.Value.Output);
        Assert.Equal(Of(document["content"]!, "text", "text"), string.Concat(answer.Items.OfType<MessageItem>()
            .SelectMany(item => item.Parts).OfType<TextPart>().Select(part => part.Text)));
        Assert.Equal(Of(document["content"]!, "thinking", "thinking"), string.Concat(
            answer.Items.OfType<ReasoningItem>().Select(item => item.Text)));
        Assert.Equal(Of(document["content"]!, "thinking", "signature"), string.Concat(
            answer.Items.OfType<ReasoningItem>().Select(item => item.Signature)));
        Assert.All(answer.Items.OfType<ReasoningItem>(), item => Assert.Equal(ModelApi.AnthropicMessages, item.Origin));
        var calls = answer.Items.OfType<ToolCallItem>().ToList();
        var recorded = document["content"]!.AsArray().Where(block => (string?)block!["type"] == "tool_use").ToList();
        Assert.Equal(recorded.Count, calls.Count);
        foreach (var (call, block) in calls.Zip(recorded))
        {
            Assert.Equal(((string?)block!["id"], (string?)block["name"]), (call.CallId, call.Name));
            Assert.True(JsonNode.DeepEquals(block["input"], JsonNode.Parse(call.Arguments)));
        }

        // And back: the client's document holds the same content.
        var written = new ArrayBufferWriter<byte>();
        ((IFrontFormat)AnthropicMessagesFormat.Instance).WriteAnswer(answer, ClaudeFixture.Context, written);
        var back = JsonNode.Parse(written.WrittenSpan)!;
        Assert.Equal((string?)document["stop_reason"], (string?)back["stop_reason"]);
        if (name != "anthropic-refusal") // Whose explanation becomes text.
        {
            Assert.True(JsonNode.DeepEquals(document["content"], back["content"]), back["content"]!.ToJsonString());
        }
    }

    [RecordingsTheory]
    [InlineData("anthropic-text", "Text", FinishReason.Stop, 12, 30)]
    [InlineData("anthropic-json-tool.1", "ToolCall", FinishReason.ToolCalls, 849, 47)]
    [InlineData("anthropic-tool-no-args", "Text,ToolCall", FinishReason.ToolCalls, 565, 48)]
    [InlineData("anthropic-clear-thinking.1", "Reasoning,Text", FinishReason.Stop, 69, 53)]
    [InlineData("anthropic-message-delta-input-tokens", "Text", FinishReason.Stop, 61, 2)]
    [InlineData("anthropic-refusal", "Refusal", FinishReason.Refusal, 18, 5)]
    [InlineData("duplicate-message-start", "Text", FinishReason.Stop, 17, 227)]
    public void Stream_Recorded_HoldsWhatTheEventsHold(string name, string kinds, FinishReason finish, int input, int output)
    {
        var lines = Lines(name);

        var (answer, events) = ClaudeFixture.ReadStream(Vendor.NewStream(), lines);

        Assert.Equal(kinds, string.Join(',', events.OfType<ItemStarted>().Select(item => item.Kind)));
        Assert.Equal(finish, answer.Finish);
        Assert.Equal((input, output), (answer.Usage!.Value.Input, answer.Usage!.Value.Output));
        Assert.NotNull(answer.Model);
        Assert.Equal(Deltas(lines, "text"), string.Concat(answer.Items.OfType<MessageItem>()
            .SelectMany(item => item.Parts).OfType<TextPart>().Select(part => part.Text)));
        Assert.Equal(Deltas(lines, "thinking"), string.Concat(answer.Items.OfType<ReasoningItem>().Select(item => item.Text)));
        Assert.Equal(
            Deltas(lines, "signature"), string.Concat(answer.Items.OfType<ReasoningItem>().Select(item => item.Signature)));
        var arguments = Deltas(lines, "partial_json");
        Assert.All(
            answer.Items.OfType<ToolCallItem>(),
            call => Assert.Equal(arguments.Length == 0 ? "{}" : arguments, call.Arguments));
    }

    [RecordingsTheory]
    [InlineData("anthropic-text")]
    [InlineData("anthropic-json-tool.1")]
    [InlineData("anthropic-tool-no-args")]
    [InlineData("anthropic-clear-thinking.1")]
    [InlineData("anthropic-message-delta-input-tokens")]
    [InlineData("duplicate-message-start")]
    public void Stream_WrittenForAClient_ReadsTheSameAgain(string name)
    {
        var (answer, events) = ClaudeFixture.ReadStream(Vendor.NewStream(), Lines(name));

        var written = ClaudeFixture.WriteStream(events);
        var (again, _) = ClaudeFixture.ReadStream(Vendor.NewStream(), written.Select(one => one.Data.ToJsonString()));

        Assert.Equal("message_start", written[0].Name);
        Assert.Equal(["message_delta", "message_stop"], written[^2..].Select(one => one.Name));
        Assert.Equal(answer.Finish, again.Finish);
        Assert.Equal(answer.Usage?.Output, again.Usage?.Output);
        Assert.Equal(answer.Usage?.Input, again.Usage?.Input);
        Assert.Equivalent(answer.Items, again.Items, strict: true);
    }

    private static List<string> Lines(string name) => [.. Recordings.ReadEvents($"anthropic/{name}.chunks.txt")
        .Select(line => line["data: ".Length..].Trim())];

    private static string Of(JsonNode content, string type, string member) => string.Concat(
        content.AsArray().Where(block => (string?)block!["type"] == type).Select(block => (string?)block![member]));

    private static string Deltas(List<string> lines, string member) =>
        string.Concat(lines.Select(line => JsonNode.Parse(line)!["delta"]?[member]?.GetValue<string>()));
}
