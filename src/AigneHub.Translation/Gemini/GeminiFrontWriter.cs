using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Wire.Sse;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Writes streams of streamGenerateContent (<c>alt=sse</c>): every event is a whole GenerateContentResponse, the last one has
/// the finish reason.
/// </summary>
internal sealed class GeminiFrontWriter(AnswerContext context) : IFrontWriter
{
    /// <summary>Characters of one call's arguments; with more the call counts as malformed.</summary>
    private const int ArgumentsCharsMax = 16 * 1024 * 1024;

    private readonly Dictionary<int, Item> _items = [];
    private string _id = context.Id;
    private TokenUsage? _usage;
    private AnswerFinished? _finished;
    private bool _wrote;
    private bool _malformed;

    public void Write(AnswerEvent answerEvent, IBufferWriter<byte> output)
    {
        switch (answerEvent)
        {
            case AnswerStarted started:
                _id = started.Id ?? _id;
                break;
            case ItemStarted started:
                _items[started.Index] = new Item(started);
                if (started.Media is { } media)
                {
                    WritePart(output, writer =>
                    {
                        GeminiPartWriter.Write(media, writer);
                        return true;
                    });
                }

                break;
            case ItemDelta { Text.Length: > 0 } delta when _items.TryGetValue(delta.Index, out var item):
                WriteDelta(item, delta.Text, output);
                break;
            case ItemSealed seal when _items.TryGetValue(seal.Index, out var item):
                WriteSeal(item, seal, output);
                break;
            case ItemEnded ended when _items.Remove(ended.Index, out var item):
                WriteCall(item, output);
                break;
            case UsageReported reported:
                _usage = reported.Usage;
                break;
            case AnswerFinished finished:
                _finished = finished;
                break;
        }
    }

    public void Complete(IBufferWriter<byte> output)
    {
        foreach (var item in _items.OrderBy(pair => pair.Key))
        {
            WriteCall(item.Value, output);
        }

        var finish = _finished?.Finish ?? FinishReason.Stop;
        using (var writer = Start(output))
        {
            if (finish == FinishReason.ContentFilter && !_wrote)
            {
                GeminiAnswerWriter.WriteBlocked(writer);
            }
            else
            {
                // Google's last event has an empty text; clients take a content without parts for a broken one.
                GeminiAnswerWriter.StartCandidate(writer);
                GeminiPartWriter.WriteText("", isThought: false, signature: null, writer);
                GeminiAnswerWriter.EndCandidate(_malformed ? GeminiFinish.MalformedCall : GeminiFinish.Write(finish), writer);
            }

            End(writer);
        }

        output.Write(SseText.EventEnd);
    }

    private void WriteDelta(Item item, string text, IBufferWriter<byte> output)
    {
        if (item.Started.Kind != AnswerItemKind.ToolCall)
        {
            WritePart(output, writer =>
            {
                GeminiPartWriter.WriteText(text, item.Started.Kind == AnswerItemKind.Reasoning, signature: null, writer);
                return true;
            });
            return;
        }

        // Gemini's arguments are an object and come whole, so those of one call are kept until it ends.
        if (item.Arguments.Length + text.Length <= ArgumentsCharsMax)
        {
            item.Arguments.Append(text);
        }
        else
        {
            item.IsTooLong = true;
        }
    }

    private void WriteSeal(Item item, ItemSealed seal, IBufferWriter<byte> output)
    {
        if (item.Started.Kind == AnswerItemKind.ToolCall)
        {
            item.Signature = seal.Origin == ModelApi.GeminiGenerateContent ? seal.Signature : null;
            return;
        }

        var isThought = item.Started.Kind == AnswerItemKind.Reasoning;
        var signature = GeminiSeal.Write(item.Started.Id, seal.Origin, seal.Signature, seal.Encrypted, seal.Redacted);
        WritePart(output, writer =>
        {
            GeminiPartWriter.WriteText("", isThought, signature, writer);
            return true;
        });
    }

    private void WriteCall(Item item, IBufferWriter<byte> output)
    {
        if (item.Started.Kind == AnswerItemKind.ToolCall)
        {
            var call = new ToolCallItem(item.Started.Id ?? "", item.Started.Name ?? "", item.Arguments.ToString())
            {
                Signature = item.Signature,
                IsCustom = item.Started.IsCustom,
            };
            WritePart(output, writer => !item.IsTooLong && GeminiAnswerWriter.TryWriteCall(call, writer));
        }
    }

    private void WritePart(IBufferWriter<byte> output, Func<Utf8JsonWriter, bool> write)
    {
        var part = new ArrayBufferWriter<byte>();
        using (var writer = GeminiAnswerWriter.NewWriter(part))
        {
            if (!write(writer))
            {
                _malformed = true;
                return;
            }
        }

        _wrote = true;
        using (var writer = Start(output))
        {
            GeminiAnswerWriter.StartCandidate(writer);
            writer.WriteRawValue(part.WrittenSpan, skipInputValidation: true);
            GeminiAnswerWriter.EndCandidate(finish: null, writer);
            End(writer);
        }

        output.Write(SseText.EventEnd);
    }

    private static Utf8JsonWriter Start(IBufferWriter<byte> output)
    {
        output.Write(SseText.DataPrefix);
        var writer = GeminiAnswerWriter.NewWriter(output);
        writer.WriteStartObject();
        return writer;
    }

    private void End(Utf8JsonWriter writer)
    {
        GeminiAnswerWriter.WriteEnd(_usage, _id, context.Model, writer);
        writer.WriteEndObject();
    }

    private sealed class Item(ItemStarted started)
    {
        public ItemStarted Started { get; } = started;

        public StringBuilder Arguments { get; } = new();

        public string? Signature { get; set; }

        public bool IsTooLong { get; set; }
    }
}
