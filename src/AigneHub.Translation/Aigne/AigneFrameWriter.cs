using System.Buffers;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Wire.Sse;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// Writes AIGNE's frames of chat completions: <c>{"delta":{"role","content"}}</c>, with calls all that are whole so far, and at the
/// end <c>{"usage":…}</c>. There is no <c>[DONE]</c>.
/// </summary>
internal sealed class AigneFrameWriter(AnswerContext context) : IFrontWriter
{
    private readonly AigneCalls _calls = new();
    private TokenUsage? _usage;

    /// <summary>With arguments as text.</summary>
    public static void WriteCalls(IEnumerable<ToolCallItem> calls, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("toolCalls");
        foreach (var call in calls)
        {
            ChatAnswerWriter.WriteCall(call, call.CallId, writer);
        }

        writer.WriteEndArray();
    }

    public void Write(AnswerEvent answerEvent, IBufferWriter<byte> output)
    {
        switch (answerEvent)
        {
            case ItemStarted { Media: { } media } when OpenAiParts.IsImage(media):
                WriteFrame(output, "", writer => OpenAiParts.WriteImages([media], writer));
                break;
            case ItemStarted { Media: { } media }:
                WriteFrame(output, MediaNote.Of(media), static _ => { });
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
                WriteFrame(output, "", writer => WriteCalls(_calls.Whole, writer));
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
            WriteFrame(output, "", writer => WriteCalls(_calls.Whole, writer));
        }

        if (_usage is { } usage)
        {
            WriteUsage(usage, output);
        }
    }

    private void WriteDelta(ItemDelta delta, IBufferWriter<byte> output)
    {
        switch (_calls.Add(delta))
        {
            case AnswerItemKind.Text or AnswerItemKind.Refusal:
                WriteFrame(output, delta.Text, static _ => { });
                break;
            case AnswerItemKind.Reasoning:
                WriteFrame(output, "", writer => writer.WriteString("reasoning_content", delta.Text));
                break;
        }
    }

    private static void WriteFrame(IBufferWriter<byte> output, string content, Action<Utf8JsonWriter> others)
    {
        output.Write(SseText.DataPrefix);
        using (var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("delta");
            writer.WriteString("role", "assistant");
            writer.WriteString("content", content);
            others(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        output.Write(SseText.EventEnd);
    }

    private void WriteUsage(TokenUsage usage, IBufferWriter<byte> output)
    {
        var (input, generated) = OpenAiUsageWriter.TotalsOf(usage);
        output.Write(SseText.DataPrefix);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("usage");
            writer.WriteNumber("promptTokens", input);
            writer.WriteNumber("completionTokens", generated);
            writer.WriteNumber("totalTokens", input + generated);
            OpenAiUsageWriter.WriteChatMembers(usage, writer);
            AigneAnswerWriter.WriteCounts(usage, writer);
            AigneAnswerWriter.WriteCredits(usage, context, writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        output.Write(SseText.EventEnd);
    }
}
