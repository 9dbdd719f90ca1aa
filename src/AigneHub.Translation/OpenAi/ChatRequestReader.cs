using System.Collections.Frozen;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads requests for chat completions (<see href="https://platform.openai.com/docs/api-reference/chat/create"/>). What only one
/// answer or no translation could carry is refused here; other members that the model doesn't have are left to the vendor's
/// format.
/// </summary>
internal static class ChatRequestReader
{
    private static readonly FrozenSet<string> Known = new[]
    {
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_completion_tokens", "max_tokens", "temperature",
        "top_p", "top_k", "stop", "response_format", "reasoning_effort", "stream", "stream_options", "n", "seed",
        "presence_penalty",
        "frequency_penalty", "logprobs", "top_logprobs", "user", "metadata", "service_tier", "prompt_cache_key", "modalities",
        "function_call", "functions", "audio", "web_search_options", "store",
    }.ToFrozenSet();

    public static (ChatRequest? Request, HubError? Error) Read(JsonElement body)
    {
        if (WellFormedText.Refuse(body, "messages") is { } refused)
        {
            return (null, refused);
        }

        var fields = new RequestFields();
        RefuseOthers(body, fields);
        var request = new ChatRequest
        {
            Items = new ChatMessageReader(fields).Read(body),
            Tools = OpenAiTools.Read(body, nested: true, fields),
            ToolChoice = OpenAiTools.ReadChoice(body, nested: true, fields),
            ParallelToolCalls = fields.Flag(body, "parallel_tool_calls"),
            MaxOutputTokens = fields.Count(body, "max_completion_tokens") ?? fields.Count(body, "max_tokens"),
            Temperature = fields.Number(body, "temperature"),
            TopP = fields.Number(body, "top_p"),
            TopK = fields.Count(body, "top_k"),
            Stop = ReadStop(body, fields),
            Format = OpenAiParts.ReadFormat(body, "response_format", "response_format", nested: true, fields),
            Reasoning = fields.Text(body, "reasoning_effort", "reasoning_effort") is { } effort
                ? new ReasoningRequest(effort, null, null)
                : null,
            Stream = fields.Flag(body, "stream") ?? false,
            Seed = fields.Whole(body, "seed"),
            PresencePenalty = fields.Number(body, "presence_penalty"),
            FrequencyPenalty = fields.Number(body, "frequency_penalty"),
            User = fields.Text(body, "user", "user"),
            Metadata = ReadMetadata(body, fields),
            ServiceTier = fields.Text(body, "service_tier", "service_tier"),
            PromptCacheKey = fields.Text(body, "prompt_cache_key", "prompt_cache_key"),
            Others = ReadOthers(body, Known),
        };
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    /// <summary>Members that nothing above knows and that are not null; and <c>store</c>, when it asks for something.</summary>
    public static Dictionary<string, JsonElement> ReadOthers(JsonElement body, FrozenSet<string> known)
    {
        var others = new Dictionary<string, JsonElement>();
        foreach (var member in body.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null
                && (!known.Contains(member.Name) || (member.Name == "store" && member.Value.ValueKind == JsonValueKind.True)))
            {
                others[member.Name] = member.Value;
            }
        }

        return others;
    }

    public static Dictionary<string, string> ReadMetadata(JsonElement body, RequestFields fields)
    {
        var metadata = new Dictionary<string, string>();
        if (fields.TryObject(body, "metadata", "metadata", out var found))
        {
            foreach (var member in found.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String)
                {
                    metadata[member.Name] = member.Value.GetString()!;
                }
                else
                {
                    fields.Invalid("metadata", "metadata must hold strings.");
                }
            }
        }

        return metadata;
    }

    private static void RefuseOthers(JsonElement body, RequestFields fields)
    {
        if (fields.Count(body, "n") > 1)
        {
            fields.Unsupported("n", "This model gives one answer a call: leave n out and call again for more.");
        }

        if (fields.Flag(body, "logprobs") == true || fields.Whole(body, "top_logprobs") > 0)
        {
            fields.Unsupported("logprobs", "This model gives no log probabilities: leave logprobs and top_logprobs out.");
        }

        foreach (var name in (ReadOnlySpan<string>)["functions", "function_call"])
        {
            if (RequestFields.Has(body, name, out _))
            {
                fields.Unsupported(name, $"{name} is not translated: use tools and tool_choice.");
            }
        }

        if (RequestFields.Has(body, "web_search_options", out _))
        {
            fields.Unsupported("web_search_options", "This model can't search the web this way: leave web_search_options out.");
        }

        if (RequestFields.Has(body, "audio", out _)
            || (fields.TryList(body, "modalities", "modalities", out var modalities)
                && modalities.Value.EnumerateArray().Any(m => m.ValueKind != JsonValueKind.String || m.GetString() != "text")))
        {
            fields.Unsupported("modalities", "This model answers in text alone: leave audio out and ask for the modality text.");
        }
    }

    public static IReadOnlyList<string> ReadStop(JsonElement body, RequestFields fields)
    {
        if (RequestFields.Has(body, "stop", out var stop) && stop.ValueKind == JsonValueKind.String)
        {
            return [stop.GetString()!];
        }

        if (!fields.TryList(body, "stop", "stop", out var list))
        {
            return [];
        }

        if (list.Value.EnumerateArray().Any(text => text.ValueKind != JsonValueKind.String))
        {
            fields.Invalid("stop", "stop must be a string or a list of strings.");
            return [];
        }

        return [.. list.Value.EnumerateArray().Select(text => text.GetString()!)];
    }
}
