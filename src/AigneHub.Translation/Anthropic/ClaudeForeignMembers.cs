using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// What Anthropic and Bedrock lack: refused where the answer would mean something else, dropped where it is a hint.
/// </summary>
internal static class ClaudeForeignMembers
{
    private static readonly HashSet<string> Refused =
    [
        "audio", "web_search_options", "functions", "function_call", "previous_response_id", "conversation", "prompt",
        "background", "container", "mcp_servers", "cachedContent",
    ];

    public static HubError? Check(ChatRequest request, Warnings warnings)
    {
        if (request.Choices != 1)
        {
            return Unsupported("n", "This model gives one answer a call; leave n out.");
        }

        if (request.TopLogProbabilities is not null)
        {
            return Unsupported("logprobs", "This model reports no log probabilities; leave logprobs out.");
        }

        foreach (var (name, value) in request.Others)
        {
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.False)
            {
                continue;
            }

            if (Refused.Contains(name) || (name == "modalities" && !IsTextOnly(value)))
            {
                return Unsupported(name, $"This model has nothing like {name}; leave it out or choose another model.");
            }

            if (name != "modalities")
            {
                warnings.DropMember(name);
            }
        }

        warnings.DropIf(request.Seed is not null, "seed");
        warnings.DropIf(request.PresencePenalty is not (null or 0), "presence_penalty");
        warnings.DropIf(request.FrequencyPenalty is not (null or 0), "frequency_penalty");
        warnings.DropIf(request.PromptCacheKey is not null, "prompt_cache_key");
        warnings.DropIf(request.Metadata.Keys.Any(key => key != "user_id"), "metadata");
        return null;
    }

    public static HubError Unsupported(string param, string message) =>
        new(400, "unsupported_parameter", Blame.Caller, message, param);

    private static bool IsTextOnly(JsonElement value) => string.Concat(value.GetRawText().Split(' ')) == "[\"text\"]";
}
