using System.Text;
using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>One item of a response's <c>output</c>, whole or still growing.</summary>
internal sealed class ResponsesOutputItem(AnswerItemKind kind, string id, string? callId, string? name, bool isCustom)
{
    public AnswerItemKind Kind => kind;

    public string Id => id;

    /// <summary>
    /// Its text, thoughts, or arguments. The API repeats them at the item's and the response's end, so they are kept.
    /// </summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Of reasoning; null when it is not sealed.</summary>
    public string? Encrypted { get; set; }

    /// <summary>Of a call.</summary>
    public string? Signature { get; set; }

    /// <summary>An image that the model has made, as its base64; null for what is none.</summary>
    public MediaPart? Image { get; init; }

    public bool IsEnded { get; set; }

    public bool IsCustom => isCustom;

    public bool HasPart { get; set; }

    /// <summary>What the text is a part of; null for calls.</summary>
    public string? PartType => kind switch
    {
        AnswerItemKind.Text => "output_text",
        AnswerItemKind.Refusal => "refusal",
        AnswerItemKind.Reasoning => "summary_text",
        _ => null,
    };

    /// <summary>A call's arguments; those of a function are JSON always.</summary>
    public string Arguments => Text.Length == 0 && !isCustom && IsEnded ? "{}" : Text.ToString();

    /// <param name="status"><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</param>
    public void Write(string status, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        switch (kind)
        {
            case AnswerItemKind.ToolCall:
                writer.WriteString("type", isCustom ? "custom_tool_call" : "function_call");
                writer.WriteString("status", status);
                writer.WriteString(isCustom ? "input" : "arguments", Arguments);
                writer.WriteString("call_id", callId);
                writer.WriteString("name", name);
                if (Signature is { } signature)
                {
                    OpenAiParts.WriteSignature(signature, writer);
                }

                break;
            case AnswerItemKind.Reasoning:
                writer.WriteString("type", "reasoning");
                writer.WriteString("status", status);
                WriteParts("summary", writer);
                if (Encrypted is { } encrypted)
                {
                    writer.WriteString("encrypted_content", encrypted);
                }

                break;
            case AnswerItemKind.Media:
                writer.WriteString("type", "image_generation_call");
                writer.WriteString("status", status);
                writer.WriteString("result", IsEnded ? Image?.Data : null);
                if (Image?.Signature is { } ofImage)
                {
                    OpenAiParts.WriteSignature(ofImage, writer);
                }

                break;
            default:
                writer.WriteString("type", "message");
                writer.WriteString("status", status);
                writer.WriteString("role", "assistant");
                WriteParts("content", writer);
                break;
        }

        writer.WriteEndObject();
    }

    public void WritePart(string text, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", PartType);
        writer.WriteString(kind == AnswerItemKind.Refusal ? "refusal" : "text", text);
        if (kind == AnswerItemKind.Text)
        {
            writer.WriteStartArray("annotations");
            writer.WriteEndArray();
            writer.WriteStartArray("logprobs");
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteParts(string name, Utf8JsonWriter writer)
    {
        writer.WriteStartArray(name);
        if (IsEnded && (Text.Length > 0 || HasPart))
        {
            WritePart(Text.ToString(), writer);
        }

        writer.WriteEndArray();
    }
}
