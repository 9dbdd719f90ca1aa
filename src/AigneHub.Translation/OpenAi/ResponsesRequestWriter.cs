using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes requests for responses (<see href="https://platform.openai.com/docs/api-reference/responses/create"/>). Nothing is to
/// be kept there (<c>store: false</c>), so the reasoning has to come along encrypted (<see
/// href="https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items"/>).
/// </summary>
internal static class ResponsesRequestWriter
{
    private const int CacheKeyMax = 64;

    public static HubError? Write(ChatRequest request, string model, Utf8JsonWriter output, Warnings warnings)
    {
        if (OpenAiPolicy.Refuse(request) is { } refused)
        {
            return refused;
        }

        if (request.Stop.Count > 0)
        {
            return OpenAiPolicy.Unsupported("stop", "This model's API has no stop sequences: leave them out.");
        }

        OpenAiPolicy.Warn(request, warnings);
        output.WriteStartObject();
        output.WriteString("model", model);
        var error = new ResponsesInputWriter(output, warnings, OpenAiPolicy.LabelsPhases(model)).Write(request.Items)
            ?? OpenAiToolWriter.Write(request, nested: false, output);
        if (error is not null)
        {
            return error;
        }

        if (request.MaxOutputTokens is { } limit)
        {
            output.WriteNumber("max_output_tokens", limit);
        }

        WriteReasoning(request, model, output, warnings);
        if (request.Format is { } format)
        {
            output.WriteStartObject("text");
            output.WriteStartObject("format");
            OpenAiParts.WriteFormat(format, nested: false, output);
            output.WriteEndObject();
            output.WriteEndObject();
        }

        WriteHints(request, output, warnings);
        output.WriteBoolean("store", false);
        if (OpenAiPolicy.MayReason(model))
        {
            output.WriteStartArray("include");
            output.WriteStringValue("reasoning.encrypted_content");
            output.WriteEndArray();
        }

        if (request.Stream)
        {
            output.WriteBoolean("stream", true);
        }

        output.WriteEndObject();
        return null;
    }

    private static void WriteReasoning(ChatRequest request, string model, Utf8JsonWriter output, Warnings warnings)
    {
        var effort = OpenAiReasoning.EffortOf(request.Reasoning, warnings);
        var takes = OpenAiPolicy.TakesSampling(model, effort);
        WriteNumber("temperature", request.Temperature);
        WriteNumber("top_p", request.TopP);
        if (effort is null && request.Reasoning?.Summary != true)
        {
            return;
        }

        output.WriteStartObject("reasoning");
        if (effort is not null)
        {
            output.WriteString("effort", effort);
        }

        if (request.Reasoning?.Summary == true)
        {
            output.WriteString("summary", "auto");
        }

        output.WriteEndObject();

        void WriteNumber(string name, double? value)
        {
            if (value is { } number && takes)
            {
                output.WriteNumber(name, number);
            }
            else if (value is not null and not 1)
            {
                warnings.Drop($"{name}: not with a reasoning model");
            }
        }
    }

    private static void WriteHints(ChatRequest request, Utf8JsonWriter output, Warnings warnings)
    {
        foreach (var (isSet, name) in (ReadOnlySpan<(bool, string)>)
        [
            (request.Seed is not null, "seed"), (request.PresencePenalty is not null and not 0, "presence_penalty"),
            (request.FrequencyPenalty is not null and not 0, "frequency_penalty"),
            (request.User?.Length > OpenAiPolicy.UserMax, "user: too long"), (request.Metadata.Count > 0, "metadata"),
            (request.ServiceTier is not (null or "auto" or "default" or "flex" or "priority"), "service_tier"),
            (request.PromptCacheKey?.Length > CacheKeyMax, "prompt_cache_key: too long"),
        ])
        {
            if (isSet)
            {
                warnings.Drop(name);
            }
        }

        if (request.ServiceTier is "auto" or "default" or "flex" or "priority")
        {
            output.WriteString("service_tier", request.ServiceTier);
        }

        if (request.User is { Length: <= OpenAiPolicy.UserMax } user)
        {
            output.WriteString("user", user);
        }

        if (request.PromptCacheKey is { Length: <= CacheKeyMax } key)
        {
            output.WriteString("prompt_cache_key", key);
        }
    }
}
