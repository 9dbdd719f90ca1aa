using System.Text.Json;

namespace AigneHub.Providers.Simulation;

/// <summary>An answer before it is written: the text's first tokens, or a tool call.</summary>
/// <param name="Created">Unix seconds.</param>
internal sealed record SimulatedAnswer(
    string Id, long Created, SimulatedRequest Request, int PromptTokens, int OutputTokens, string FinishReason)
{
    public const string Fingerprint = "fp_sim";

    /// <summary>The whole document of a call that is not streamed.</summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("object", "chat.completion");
            json.WriteNumber("created", Created);
            json.WriteString("model", Request.Model.Id);
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            WriteMessage(json);
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", FinishReason);
            json.WriteEndObject();
            json.WriteEndArray();
            WriteUsage(json);
            json.WriteString("system_fingerprint", Fingerprint);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public void WriteUsage(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", PromptTokens);
        json.WriteNumber("completion_tokens", OutputTokens);
        json.WriteNumber("total_tokens", PromptTokens + OutputTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", 0);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", 0);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("accepted_prediction_tokens", 0);
        json.WriteNumber("rejected_prediction_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter json)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        if (Request.ToolCall is { } call)
        {
            json.WriteNull("content");
            json.WriteStartArray("tool_calls");
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("content", SimulatedText.First(OutputTokens));
        }

        json.WriteNull("refusal");
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
