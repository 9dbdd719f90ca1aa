using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Runs formats of the translation in tests.</summary>
internal static class Translating
{
    public static readonly AnswerContext Context =
        new("0123456789abcdef0123456789abcdef", "google/gemini-3-pro", DateTimeOffset.UnixEpoch, IncludeUsage: true);

    public static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static ChatRequest ReadRequest(IFrontFormat front, string json)
    {
        var (request, error) = front.ReadRequest(Json(json));
        Assert.Null(error);
        return Assert.IsType<ChatRequest>(request);
    }

    public static HubError ReadFault(IFrontFormat front, string json)
    {
        var (request, error) = front.ReadRequest(Json(json));
        Assert.Null(request);
        return Assert.IsType<HubError>(error);
    }

    public static JsonElement WriteRequest(IVendorFormat vendor, ChatRequest request, string model, Warnings? warnings = null)
    {
        var (json, error) = TryWriteRequest(vendor, request, model, warnings);
        Assert.Null(error);
        return Json(json);
    }

    public static (string Json, HubError? Error) TryWriteRequest(
        IVendorFormat vendor, ChatRequest request, string model, Warnings? warnings = null)
    {
        var output = new ArrayBufferWriter<byte>();
        HubError? error;
        using (var writer = new Utf8JsonWriter(output))
        {
            error = vendor.WriteRequest(request, model, maxOutput: null, writer, warnings ?? new Warnings());
        }

        return (Encoding.UTF8.GetString(output.WrittenSpan), error);
    }

    public static List<AnswerEvent> ReadStream(IVendorFormat vendor, IEnumerable<string> data)
    {
        var reader = vendor.NewStream();
        var events = new List<AnswerEvent>();
        foreach (var json in data)
        {
            reader.Read(Encoding.UTF8.GetBytes(json), events);
        }

        reader.Complete(events);
        return events;
    }

    /// <summary>The JSON of the events that a front writes.</summary>
    public static List<JsonElement> WriteStream(IFrontFormat front, IEnumerable<AnswerEvent> events)
    {
        var writer = front.NewStream(Context);
        var output = new ArrayBufferWriter<byte>();
        foreach (var step in events)
        {
            writer.Write(step, output);
        }

        writer.Complete(output);
        var blocks = Encoding.UTF8.GetString(output.WrittenSpan).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        return [.. blocks.Select(block => Json(block["data: ".Length..]))];
    }

    public static JsonElement WriteAnswer(IFrontFormat front, ChatAnswer answer)
    {
        var output = new ArrayBufferWriter<byte>();
        front.WriteAnswer(answer, Context, output);
        return Json(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    /// <summary>What a stream says, one line an item; fails when the events break their order.</summary>
    public static (List<string> Items, FinishReason Finish, TokenUsage? Usage) Fold(IEnumerable<AnswerEvent> events)
    {
        var items = new List<string>();
        var open = new HashSet<int>();
        FinishReason? finish = null;
        TokenUsage? usage = null;
        foreach (var step in events)
        {
            Assert.True(finish is null || step is UsageReported, "Nothing but usage comes after the finish.");
            switch (step)
            {
                case ItemStarted started:
                    Assert.Equal(items.Count, started.Index);
                    open.Add(started.Index);
                    items.Add($"{started.Kind}:{started.Name}{(started.Name is null ? "" : ":")}");
                    break;
                case ItemDelta delta:
                    Assert.Contains(delta.Index, open);
                    items[delta.Index] += delta.Text;
                    break;
                case ItemSealed seal:
                    Assert.Contains(seal.Index, open);
                    items[seal.Index] += $"#{seal.Signature}";
                    break;
                case ItemEnded ended:
                    Assert.True(open.Remove(ended.Index));
                    break;
                case UsageReported reported:
                    usage = reported.Usage;
                    break;
                case AnswerFinished finished:
                    finish = finished.Finish;
                    break;
            }
        }

        Assert.Empty(open);
        return (items, Assert.NotNull(finish), usage);
    }

    /// <summary>The same lines of a whole answer.</summary>
    public static List<string> Fold(ChatAnswer answer) => [.. answer.Items.Select(item => item switch
    {
        MessageItem message => "Text:" + string.Concat(message.Parts.OfType<TextPart>().Select(part =>
            part.Text + (part.Signature is null ? "" : "#" + part.Signature))),
        ReasoningItem thought => "Reasoning:" + thought.Text + (thought.Signature is null ? "" : "#" + thought.Signature),
        ToolCallItem call => $"ToolCall:{call.Name}:{call.Arguments}{(call.Signature is null ? "" : "#" + call.Signature)}",
        _ => throw new InvalidOperationException(),
    })];
}
