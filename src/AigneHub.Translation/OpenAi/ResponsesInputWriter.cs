using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes items as <c>input</c> of a response
/// (<see href="https://platform.openai.com/docs/api-reference/responses/create#responses_create-input"/>).
/// </summary>
/// <param name="hasPhases">
/// The model wants each message of the assistant labelled: other APIs don't have the labels, but what comes next tells them
/// (<see href="https://platform.openai.com/docs/guides/prompt-guidance#phase-parameter"/>).
/// </param>
internal sealed class ResponsesInputWriter(Utf8JsonWriter output, Warnings warnings, bool hasPhases)
{
    private readonly HashSet<string> _customCalls = [];
    private HubError? _error;

    public HubError? Write(IReadOnlyList<ChatItem> items)
    {
        output.WriteStartArray("input");
        for (var i = 0; i < items.Count; i++)
        {
            WriteItem(items[i], hasPhases && items[i] is MessageItem { Role: ChatRole.Assistant } ? PhaseOf(items, i) : null);
        }

        output.WriteEndArray();
        return _error;
    }

    /// <summary>A message after which the assistant goes on is a comment; the one that ends its turn is the answer.</summary>
    private static string PhaseOf(IReadOnlyList<ChatItem> items, int index)
    {
        var next = index + 1;
        while (next < items.Count && items[next] is ReasoningItem)
        {
            next++;
        }

        return next < items.Count && items[next] is ToolCallItem or MessageItem { Role: ChatRole.Assistant }
            ? "commentary"
            : "final_answer";
    }

    private void WriteItem(ChatItem item, string? phase)
    {
        switch (item)
        {
            case ReasoningItem { Origin: ModelApi.OpenAiResponses, Encrypted: { } encrypted } reasoning:
                WriteReasoning(reasoning, encrypted);
                break;
            case ReasoningItem { Text.Length: > 0 } or ReasoningItem { Origin: not null }:
                warnings.Drop("reasoning: the vendor takes its own alone");
                break;
            case MessageItem message:
                output.WriteStartObject();
                output.WriteString("type", "message");
                output.WriteString("role", message.Role switch
                {
                    ChatRole.System => "system",
                    ChatRole.User => "user",
                    _ => "assistant",
                });
                if (phase is not null)
                {
                    output.WriteString("phase", phase);
                }

                WriteParts("content", message.Parts, isAnswer: message.Role == ChatRole.Assistant);
                output.WriteEndObject();
                break;
            case ToolCallItem call:
                WriteCall(call);
                break;
            case ToolResultItem result:
                WriteResult(result);
                break;
        }
    }

    private void WriteReasoning(ReasoningItem reasoning, string encrypted)
    {
        output.WriteStartObject();
        output.WriteString("type", "reasoning");
        if (reasoning.Id is { } id)
        {
            output.WriteString("id", id);
        }

        output.WriteStartArray("summary");
        if (reasoning is { IsSummary: true, Text.Length: > 0 })
        {
            output.WriteStartObject();
            output.WriteString("type", "summary_text");
            output.WriteString("text", reasoning.Text);
            output.WriteEndObject();
        }

        output.WriteEndArray();
        output.WriteString("encrypted_content", encrypted);
        output.WriteEndObject();
    }

    private void WriteCall(ToolCallItem call)
    {
        output.WriteStartObject();
        output.WriteString("type", call.IsCustom ? "custom_tool_call" : "function_call");
        output.WriteString("call_id", CallIds.Fit(call.CallId, 0));
        output.WriteString("name", call.Name);
        output.WriteString(
            call.IsCustom ? "input" : "arguments", call.Arguments.Length == 0 && !call.IsCustom ? "{}" : call.Arguments);
        output.WriteEndObject();
        if (call.IsCustom)
        {
            _customCalls.Add(call.CallId);
        }
    }

    private void WriteResult(ToolResultItem result)
    {
        output.WriteStartObject();
        output.WriteString("type", _customCalls.Contains(result.CallId) ? "custom_tool_call_output" : "function_call_output");
        output.WriteString("call_id", CallIds.Fit(result.CallId, 0));
        if (result.Parts.All(part => part is TextPart) && result.Parts.Count <= 1)
        {
            output.WriteString("output", result.Parts is [TextPart text] ? text.Text : "");
        }
        else
        {
            WriteParts("output", result.Parts, isAnswer: false);
        }

        output.WriteEndObject();
    }

    private void WriteParts(string name, IReadOnlyList<ChatPart> parts, bool isAnswer)
    {
        output.WriteStartArray(name);
        foreach (var part in parts)
        {
            output.WriteStartObject();
            switch (part)
            {
                case TextPart text:
                    output.WriteString("type", isAnswer ? "output_text" : "input_text");
                    output.WriteString("text", text.Text);
                    break;
                case RefusalPart refusal:
                    output.WriteString("type", "refusal");
                    output.WriteString("refusal", refusal.Text);
                    break;
                case MediaPart when isAnswer:
                    _error ??= OpenAiPolicy.Unsupported("input", OpenAiPolicy.NoMediaOfAssistant);
                    break;
                case MediaPart media:
                    WriteMedia(media);
                    break;
            }

            output.WriteEndObject();
        }

        output.WriteEndArray();
    }

    private void WriteMedia(MediaPart media)
    {
        switch (media)
        {
            case { Kind: MediaKind.Image } when OpenAiParts.UrlOf(media) is { } url:
                output.WriteString("type", "input_image");
                output.WriteString("image_url", url);
                output.WriteString("detail", media.Detail ?? "auto");
                break;
            case { Kind: MediaKind.File, Url: { } address }:
                output.WriteString("type", "input_file");
                output.WriteString("file_url", address);
                break;
            case { Kind: MediaKind.File, Data: not null }:
                output.WriteString("type", "input_file");
                output.WriteString("filename", media.FileName ?? "document.pdf"); // Required with the data.
                output.WriteString("file_data", OpenAiParts.UrlOf(media));
                break;
            default:
                _error ??= OpenAiPolicy.Unsupported(
                    "input", $"This model can't take this {media.Kind}: send images and PDF files by address or as base64.");
                break;
        }
    }
}
