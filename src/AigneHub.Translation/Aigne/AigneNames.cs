using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// Writes a request for AIGNE's chat completions with OpenAI's names. Both spellings are read; what a caller names itself (schemas,
/// metadata, arguments) stays as it is.
/// </summary>
internal static class AigneNames
{
    private static readonly Dictionary<string, string> Request = new(StringComparer.Ordinal)
    {
        ["topP"] = "top_p",
        ["topK"] = "top_k",
        ["presencePenalty"] = "presence_penalty",
        ["frequencyPenalty"] = "frequency_penalty",
        ["maxTokens"] = "max_tokens",
        ["maxCompletionTokens"] = "max_completion_tokens",
        ["toolChoice"] = "tool_choice",
        ["parallelToolCalls"] = "parallel_tool_calls",
        ["responseFormat"] = "response_format",
        ["reasoningEffort"] = "reasoning_effort",
    };

    private static readonly Dictionary<string, string> Message = new(StringComparer.Ordinal)
    {
        ["toolCalls"] = "tool_calls",
        ["toolCallId"] = "tool_call_id",
    };

    private static readonly Dictionary<string, string> Part = new(StringComparer.Ordinal) { ["imageUrl"] = "image_url" };
    private static readonly Dictionary<string, string> Format = new(StringComparer.Ordinal) { ["jsonSchema"] = "json_schema" };

    /// <param name="fields">Gets the fault: a member in both spellings, or both <c>prompt</c> and <c>messages</c>.</param>
    public static JsonElement ToOpenAi(JsonElement body, RequestFields fields)
    {
        var output = new ArrayBufferWriter<byte>(JsonMarshal.GetRawUtf8Value(body).Length + 256);
        using (var writer = new Utf8JsonWriter(output))
        {
            var prompt = fields.Text(body, "prompt", "prompt");
            if (prompt is not null && RequestFields.Has(body, "messages", out _))
            {
                fields.Invalid("prompt", "Send either prompt or messages, not both.");
            }

            WriteObject(body, Request, writer, fields, (name, value) =>
            {
                switch (name)
                {
                    case "messages" when prompt is not null:
                        break;
                    case "prompt":
                        WritePrompt(prompt, writer);
                        break;
                    case "messages" when value.ValueKind == JsonValueKind.Array:
                        WriteList(name, value, Message, writer, fields, WriteMember);
                        break;
                    case "response_format" when value.ValueKind == JsonValueKind.Object:
                        writer.WritePropertyName(name);
                        WriteObject(value, Format, writer, fields, WriteMember);
                        break;
                    default:
                        WriteMember(name, value);
                        break;
                }
            });

            void WriteMember(string name, JsonElement value)
            {
                if (name == "content" && value.ValueKind == JsonValueKind.Array)
                {
                    WriteList(name, value, Part, writer, fields, WriteMember);
                }
                else
                {
                    writer.WritePropertyName(name);
                    JsonLine.Write(writer, value);
                }
            }
        }

        // What was read stays in use by what is read from it, so the document is left to the collector.
        return JsonDocument.Parse(output.WrittenMemory).RootElement;
    }

    private static void WritePrompt(string? prompt, Utf8JsonWriter writer)
    {
        if (prompt is null)
        {
            return;
        }

        writer.WriteStartArray("messages");
        writer.WriteStartObject();
        writer.WriteString("role", "user");
        writer.WriteString("content", prompt);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteList(
        string name, JsonElement list, Dictionary<string, string> names, Utf8JsonWriter writer, RequestFields fields,
        Action<string, JsonElement> writeMember)
    {
        writer.WriteStartArray(name);
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                WriteObject(item, names, writer, fields, writeMember);
            }
            else
            {
                JsonLine.Write(writer, item);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteObject(
        JsonElement source, Dictionary<string, string> names, Utf8JsonWriter writer, RequestFields fields,
        Action<string, JsonElement> writeMember)
    {
        writer.WriteStartObject();
        foreach (var member in source.EnumerateObject())
        {
            var isRenamed = names.TryGetValue(member.Name, out var name);
            if (isRenamed && RequestFields.Has(source, name!, out _))
            {
                fields.Invalid(name!, $"{member.Name} and {name} are the same: send one of them.");
            }

            if (!isRenamed || member.Value.ValueKind != JsonValueKind.Null)
            {
                writeMember(name ?? member.Name, member.Value);
            }
        }

        writer.WriteEndObject();
    }
}
