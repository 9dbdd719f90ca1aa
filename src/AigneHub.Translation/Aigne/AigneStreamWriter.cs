using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Wire.Sse;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// Writes streams as AIGNE's client puts them together: of <c>delta.text</c> the texts are appended, of <c>delta.json</c> the
/// members replace those before. So every frame with calls repeats those that are whole, and the last frame has the usage.
/// There is no <c>[DONE]</c> and no named event, on which the client throws.
/// </summary>
internal sealed class AigneStreamWriter(AnswerContext context) : IFrontWriter
{
    /// <summary>Characters of a structured answer; what is longer is passed on as text.</summary>
    private const int StructuredCharsMax = 16 * 1024 * 1024;

    private readonly AigneCalls _calls = new();
    private readonly StringBuilder _structured = new();
    private readonly List<MediaPart> _files = [];
    private bool _holdsBack = context.IsStructured;
    private TokenUsage? _usage;

    public void Write(AnswerEvent answerEvent, IBufferWriter<byte> output)
    {
        switch (answerEvent)
        {
            case AnswerStarted:
                WriteJson(output, writer => writer.WriteString("model", AigneAnswerWriter.ModelOf(context)));
                break;
            case ItemStarted { Media: { } media }:
                WriteMedia(media, output);
                break;
            case ItemStarted started:
                _calls.Start(started);
                break;
            case ItemDelta { Text.Length: > 0 } delta:
                WriteDelta(delta, output);
                break;
            case ItemSealed seal:
                _calls.Seal(seal);
                break;
            case ItemEnded ended when _calls.End(ended.Index):
                WriteJson(output, _calls.Write);
                break;
            case UsageReported reported:
                _usage = reported.Usage;
                break;
        }
    }

    public void Complete(IBufferWriter<byte> output)
    {
        if (_calls.EndAll())
        {
            WriteJson(output, _calls.Write);
        }

        if (_structured.Length > 0)
        {
            WriteStructured(output);
        }

        WriteJson(output, writer =>
        {
            if (_usage is { } usage)
            {
                writer.WritePropertyName("usage");
                AigneAnswerWriter.WriteUsage(usage, context, writer);
            }

            writer.WriteString("modelWithProvider", AigneAnswerWriter.TargetOf(context));
        });
    }

    private void WriteMedia(MediaPart media, IBufferWriter<byte> output)
    {
        if (!AigneAnswerWriter.IsFile(media))
        {
            WriteText("text", MediaNote.Of(media), output);
            return;
        }

        _files.Add(media);
        WriteJson(output, writer => AigneAnswerWriter.WriteFiles(_files, writer));
    }

    private void WriteDelta(ItemDelta delta, IBufferWriter<byte> output)
    {
        switch (_calls.Add(delta))
        {
            case AnswerItemKind.Reasoning:
                WriteText("thoughts", delta.Text, output);
                break;
            case AnswerItemKind.Text or AnswerItemKind.Refusal when _holdsBack:
                _structured.Append(delta.Text);
                if (_structured.Length > StructuredCharsMax)
                {
                    _holdsBack = false;
                    WriteText("text", _structured.ToString(), output);
                    _structured.Clear();
                }

                break;
            case AnswerItemKind.Text or AnswerItemKind.Refusal:
                WriteText("text", delta.Text, output);
                break;
        }
    }

    /// <summary>What is no JSON after all, e.g. a refusal, is text.</summary>
    private void WriteStructured(IBufferWriter<byte> output)
    {
        var text = _structured.ToString();
        var isJson = true;
        var frame = new ArrayBufferWriter<byte>(text.Length + 64);
        WriteJson(frame, writer => isJson = AigneAnswerWriter.TryWriteJson(text, writer));
        if (isJson)
        {
            output.Write(frame.WrittenSpan);
        }
        else
        {
            WriteText("text", text, output);
        }
    }

    private static void WriteText(string name, string text, IBufferWriter<byte> output) =>
        WriteFrame(output, "text", writer => writer.WriteString(name, text));

    private static void WriteJson(IBufferWriter<byte> output, Action<Utf8JsonWriter> members) => WriteFrame(output, "json", members);

    private static void WriteFrame(IBufferWriter<byte> output, string kind, Action<Utf8JsonWriter> members)
    {
        output.Write(SseText.DataPrefix);
        using (var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("delta");
            writer.WriteStartObject(kind);
            members(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        output.Write(SseText.EventEnd);
    }
}
