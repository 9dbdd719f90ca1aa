using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// AIGNE's chat completions: OpenAI's, whose names may be in camel case; <c>prompt</c> may stand for one message of the user. The answer
/// has OpenAI's members and AIGNE's. A stream that a header asked for has AIGNE's frames, one that the body asked for OpenAI's.
/// </summary>
public sealed class AigneCompletionsFormat : IFrontFormat
{
    public ModelApi Api => ModelApi.AigneCompletions;

    public (ChatRequest? Request, HubError? Error) ReadRequest(JsonElement body)
    {
        var fields = new RequestFields();
        if (!WellFormedText.IsIn(body))
        {
            fields.Invalid("messages", "The body holds text that is no Unicode, e.g. half a surrogate pair.");
            return (null, fields.Error);
        }

        var renamed = AigneNames.ToOpenAi(body, fields);
        return fields.Error is { } error ? (null, error) : ChatRequestReader.Read(renamed);
    }

    public void WriteAnswer(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options);
        var text = AigneAnswerWriter.TextOf(answer);
        writer.WriteStartObject();
        ChatAnswerWriter.WriteChoice(answer, context, writer);
        writer.WriteString("modelWithProvider", AigneAnswerWriter.TargetOf(context));
        writer.WriteString("role", "assistant");
        writer.WriteString("text", text);
        writer.WriteString("content", text);
        var calls = answer.Items.OfType<ToolCallItem>().ToList();
        if (calls.Count > 0)
        {
            AigneFrameWriter.WriteCalls(calls, writer);
        }

        if (answer.Usage is { } usage)
        {
            writer.WriteStartObject("usage");
            OpenAiUsageWriter.WriteChatMembers(usage, writer);
            AigneAnswerWriter.WriteCounts(usage, writer);
            AigneAnswerWriter.WriteCredits(usage, context, writer);
            var (input, generated) = OpenAiUsageWriter.TotalsOf(usage);
            writer.WriteNumber("totalTokens", input + generated);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public IFrontWriter NewStream(AnswerContext context) =>
        context.StreamBesideBody ? new AigneFrameWriter(context) : new ChatStreamWriter(context);
}
