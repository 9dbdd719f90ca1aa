using System.Collections.Frozen;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads requests for responses (<see href="https://platform.openai.com/docs/api-reference/responses/create"/>). Nothing is kept
/// between translated calls: what refers to earlier ones is refused.
/// </summary>
internal static class ResponsesRequestReader
{
    private static readonly FrozenSet<string> Known = new[]
    {
        "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens", "temperature",
        "top_p",
        "text", "reasoning", "stream", "stream_options", "metadata", "user", "service_tier", "prompt_cache_key", "store",
        "include",
        "background", "previous_response_id", "conversation", "prompt", "top_logprobs", "truncation",
    }.ToFrozenSet();

    public static (ChatRequest? Request, HubError? Error) Read(JsonElement body)
    {
        if (WellFormedText.Refuse(body, "input") is { } refused)
        {
            return (null, refused);
        }

        var fields = new RequestFields();
        RefuseOthers(body, fields);
        var text = fields.TryObject(body, "text", "text", out var found) ? found : default;
        var request = new ChatRequest
        {
            Items = new ResponsesInputReader(fields).Read(body),
            Tools = OpenAiTools.Read(body, nested: false, fields),
            ToolChoice = OpenAiTools.ReadChoice(body, nested: false, fields),
            ParallelToolCalls = fields.Flag(body, "parallel_tool_calls"),
            MaxOutputTokens = fields.Count(body, "max_output_tokens"),
            Temperature = fields.Number(body, "temperature"),
            TopP = fields.Number(body, "top_p"),
            Format = OpenAiParts.ReadFormat(text, "format", "text.format", nested: false, fields),
            Reasoning = ReadReasoning(body, fields),
            Stream = fields.Flag(body, "stream") ?? false,
            User = fields.Text(body, "user", "user"),
            Metadata = ChatRequestReader.ReadMetadata(body, fields),
            ServiceTier = fields.Text(body, "service_tier", "service_tier"),
            PromptCacheKey = fields.Text(body, "prompt_cache_key", "prompt_cache_key"),
            Others = ReadOthers(body, text),
        };
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    private static void RefuseOthers(JsonElement body, RequestFields fields)
    {
        foreach (var name in (ReadOnlySpan<string>)["previous_response_id", "conversation", "prompt"])
        {
            if (RequestFields.Has(body, name, out _))
            {
                fields.Unsupported(
                    name, $"This model's vendor keeps nothing that {name} could name: send the whole conversation as input.");
            }
        }

        if (fields.Flag(body, "background") == true)
        {
            fields.Unsupported("background", "This model can't answer in the background: leave background out.");
        }

        if (fields.Whole(body, "top_logprobs") > 0
            || (fields.TryList(body, "include", "include", out var include)
                && include.Value.EnumerateArray()
                    .Any(name => name.ValueKind == JsonValueKind.String && name.GetString()!.Contains("logprobs"))))
        {
            fields.Unsupported(
                "top_logprobs", "This model gives no log probabilities: leave them out of top_logprobs and include.");
        }
    }

    private static ReasoningRequest? ReadReasoning(JsonElement body, RequestFields fields)
    {
        if (!fields.TryObject(body, "reasoning", "reasoning", out var reasoning))
        {
            return null;
        }

        var summary = fields.Text(reasoning, "summary", "reasoning.summary")
            ?? fields.Text(reasoning, "generate_summary", "reasoning.generate_summary");
        return new ReasoningRequest(fields.Text(reasoning, "effort", "reasoning.effort"), null, summary is null ? null : true);
    }

    private static Dictionary<string, JsonElement> ReadOthers(JsonElement body, JsonElement text)
    {
        var others = ChatRequestReader.ReadOthers(body, Known);
        if (RequestFields.Has(text, "verbosity", out var verbosity))
        {
            others["text.verbosity"] = verbosity;
        }

        if (RequestFields.Has(body, "truncation", out var truncation) && RequestFields.TextOf(body, "truncation") != "disabled")
        {
            others["truncation"] = truncation;
        }

        return others;
    }
}
