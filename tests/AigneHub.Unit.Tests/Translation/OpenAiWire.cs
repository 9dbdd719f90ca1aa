using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Feeds OpenAI's formats and puts together what they say.</summary>
internal static class OpenAiWire
{
    public const string CallId = "0198a0b1c2d37e4f8a9b0c1d2e3f4a5b";

    public static AnswerContext Context { get; } =
        new(CallId, "house/model", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), IncludeUsage: true);

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static ChatRequest Read(IFrontFormat front, string json)
    {
        var (request, error) = front.ReadRequest(Parse(json));
        Assert.Null(error);
        return request!;
    }

    public static JsonElement Write(IVendorFormat vendor, ChatRequest request, string model = "gpt-4.1", Warnings? warnings = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Assert.Null(vendor.WriteRequest(request, model, null, writer, warnings ?? new Warnings()));
        }

        return Parse(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    public static JsonElement WriteAnswer(IFrontFormat front, ChatAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        front.WriteAnswer(answer, Context, buffer);
        return Parse(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    public static List<AnswerEvent> ReadStream(IVendorFormat vendor, IEnumerable<string> events)
    {
        var reader = vendor.NewStream();
        var read = new List<AnswerEvent>();
        foreach (var data in events)
        {
            reader.Read(Encoding.UTF8.GetBytes(data), read);
        }

        reader.Complete(read);
        return read;
    }

    /// <summary>The data of each event, with a check that each is framed whole when it is written.</summary>
    public static List<string> WriteStream(IFrontFormat front, IEnumerable<AnswerEvent> events, AnswerContext? context = null)
    {
        var writer = front.NewStream(context ?? Context);
        var frames = new List<string>();
        foreach (var answerEvent in events)
        {
            Take(output => writer.Write(answerEvent, output));
        }

        Take(writer.Complete);
        return frames;

        void Take(Action<IBufferWriter<byte>> write)
        {
            var buffer = new ArrayBufferWriter<byte>();
            write(buffer);
            var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
            Assert.True(text.Length == 0 || text.EndsWith("\n\n", StringComparison.Ordinal));
            frames.AddRange(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(frame => frame[(frame.IndexOf("data: ", StringComparison.Ordinal) + "data: ".Length)..]));
        }
    }

    /// <summary>Puts a stream together and holds it to the order that the contract promises.</summary>
    public static Told Fold(IEnumerable<AnswerEvent> events)
    {
        var open = new Dictionary<int, ItemStarted>();
        var texts = new Dictionary<int, StringBuilder>();
        var all = new List<ItemStarted>();
        FinishReason? finish = null;
        TokenUsage? usage = null;
        var started = 0;
        foreach (var answerEvent in events)
        {
            switch (answerEvent)
            {
                case AnswerStarted:
                    started++;
                    break;
                case ItemStarted item:
                    Assert.Equal(all.Count, item.Index);
                    all.Add(item);
                    open.Add(item.Index, item);
                    texts[item.Index] = new StringBuilder();
                    break;
                case ItemDelta delta:
                    Assert.Contains(delta.Index, open.Keys);
                    texts[delta.Index].Append(delta.Text);
                    break;
                case ItemSealed seal:
                    Assert.Contains(seal.Index, open.Keys);
                    break;
                case ItemEnded ended:
                    Assert.True(open.Remove(ended.Index));
                    break;
                case UsageReported reported:
                    usage = reported.Usage;
                    break;
                case AnswerFinished finished:
                    Assert.Null(finish);
                    Assert.Empty(open);
                    finish = finished.Finish;
                    break;
            }
        }

        Assert.Equal(1, started);
        return new Told(
            Joined(AnswerItemKind.Text), Joined(AnswerItemKind.Reasoning),
            string.Join(' ', all.Where(i => i.Kind == AnswerItemKind.ToolCall).Select(i => $"{i.Id} {i.Name}{texts[i.Index]}")),
            finish!.Value, usage);

        string Joined(AnswerItemKind kind) => string.Concat(all.Where(i => i.Kind == kind).Select(i => texts[i.Index]));
    }

    public static Told Fold(ChatAnswer answer) => new(
        string.Concat(answer.Items.OfType<MessageItem>().SelectMany(m => m.Parts).OfType<TextPart>().Select(p => p.Text)),
        string.Concat(answer.Items.OfType<ReasoningItem>().Select(item => item.Text)),
        string.Join(' ', answer.Items.OfType<ToolCallItem>().Select(call => $"{call.CallId} {call.Name}{call.Arguments}")),
        answer.Finish, answer.Usage);
}
