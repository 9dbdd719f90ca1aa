using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Translation;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What the tests of Anthropic's and Bedrock's formats have in common.</summary>
internal static class ClaudeFixture
{
    public static AnswerContext Context { get; } =
        new("0123456789abcdef0123456789abcdef", "claude-x", DateTimeOffset.UnixEpoch, false);

    public static ChatRequest Request(params ChatItem[] items) => new() { Items = items };

    public static MessageItem System(string text) => new(ChatRole.System, [new TextPart(text)]);

    public static MessageItem User(string text) => new(ChatRole.User, [new TextPart(text)]);

    public static MessageItem Assistant(string text) => new(ChatRole.Assistant, [new TextPart(text)]);

    public static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    public static (JsonNode Body, Warnings Warnings) Write(
        IVendorFormat format, ChatRequest request, string model = "claude-sonnet-4-5", int? maxOutput = null)
    {
        var (body, error, warnings) = TryWrite(format, request, model, maxOutput);
        Assert.Null(error);
        return (JsonNode.Parse(body)!, warnings);
    }

    public static HubError Refuse(IVendorFormat format, ChatRequest request, string model = "claude-sonnet-4-5")
    {
        var (_, error, _) = TryWrite(format, request, model, null);
        Assert.NotNull(error);
        Assert.Equal(400, error.Status);
        return error;
    }

    public static ChatRequest ReadRequest(string body)
    {
        var (request, error) = AnthropicMessagesFormat.Instance.ReadRequest(Json(body));
        Assert.Null(error);
        return request!;
    }

    /// <summary>The whole answer that the events of a stream make.</summary>
    public static (ChatAnswer Answer, List<AnswerEvent> Events) ReadStream(IVendorReader reader, IEnumerable<string> lines)
    {
        var events = new List<AnswerEvent>();
        foreach (var line in lines)
        {
            reader.Read(Encoding.UTF8.GetBytes(line), events);
        }

        reader.Complete(events);
        return (Assemble(events), events);
    }

    /// <summary>The events of the stream that a client is written, each parsed: name and data.</summary>
    public static List<(string Name, JsonNode Data)> WriteStream(IEnumerable<AnswerEvent> events)
    {
        var writer = ((IFrontFormat)AnthropicMessagesFormat.Instance).NewStream(Context);
        var output = new ArrayBufferWriter<byte>();
        foreach (var one in events)
        {
            writer.Write(one, output);
        }

        writer.Complete(output);
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static (string Name, JsonNode Data) Parse(string serverSentEvent)
    {
        var lines = serverSentEvent.Split('\n');
        Assert.Equal(2, lines.Length);
        var data = JsonNode.Parse(lines[1]["data: ".Length..])!;
        Assert.Equal(lines[0], "event: " + data["type"]);
        return (lines[0]["event: ".Length..], data);
    }

    private static (string Body, HubError? Error, Warnings Warnings) TryWrite(
        IVendorFormat format, ChatRequest request, string model, int? maxOutput)
    {
        var output = new ArrayBufferWriter<byte>();
        var warnings = new Warnings();
        HubError? error;
        using (var writer = new Utf8JsonWriter(output))
        {
            error = format.WriteRequest(request, model, maxOutput, writer, warnings);
        }

        return (Encoding.UTF8.GetString(output.WrittenSpan), error, warnings);
    }

    private static ChatAnswer Assemble(List<AnswerEvent> events)
    {
        var start = Assert.Single(events.OfType<AnswerStarted>());
        Assert.IsType<AnswerStarted>(events[0]);
        var finish = Assert.Single(events.OfType<AnswerFinished>());
        var items = new List<ChatItem>();
        foreach (var item in events.OfType<ItemStarted>())
        {
            Assert.Equal(items.Count, item.Index);
            Assert.Single(events.OfType<ItemEnded>(), ended => ended.Index == item.Index);
            var text = string.Concat(
                events.OfType<ItemDelta>().Where(delta => delta.Index == item.Index).Select(delta => delta.Text));
            var seal = events.OfType<ItemSealed>().SingleOrDefault(seal => seal.Index == item.Index);
            items.Add(item.Kind switch
            {
                AnswerItemKind.ToolCall => new ToolCallItem(item.Id!, item.Name!, text),
                AnswerItemKind.Reasoning => new ReasoningItem(text)
                {
                    Origin = seal?.Origin,
                    Signature = seal?.Signature,
                    Redacted = seal?.Redacted,
                },
                AnswerItemKind.Refusal => new MessageItem(ChatRole.Assistant, [new RefusalPart(text)]),
                _ => Assistant(text),
            });
        }

        var usage = events.OfType<UsageReported>().LastOrDefault()?.Usage;
        return new ChatAnswer(start.Id, start.Model, items, finish.Finish, usage) { StopSequence = finish.StopSequence };
    }
}
