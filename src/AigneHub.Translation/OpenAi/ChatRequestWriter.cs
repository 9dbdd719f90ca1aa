using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes requests for chat completions (<see href="https://platform.openai.com/docs/api-reference/chat/create"/>).
/// </summary>
internal static class ChatRequestWriter
{
    private const int StopsMax = 4;

    public static HubError? Write(
        ChatRequest request, string model, OpenAiChatTraits traits, Utf8JsonWriter output, Warnings warnings)
    {
        if (OpenAiPolicy.Refuse(request) is { } refused)
        {
            return refused;
        }

        OpenAiPolicy.Warn(request, warnings);
        output.WriteStartObject();
        output.WriteString("model", model);
        var error = new ChatMessageWriter(traits, output, warnings).Write(request.Items)
            ?? OpenAiToolWriter.Write(request, nested: true, output);
        if (error is not null)
        {
            return error;
        }

        if (request.MaxOutputTokens is { } limit)
        {
            output.WriteNumber(traits.CompletionLimit ? "max_completion_tokens" : "max_tokens", limit);
        }

        WriteSampling(request, model, output, warnings);
        if (request.Format is { } format)
        {
            output.WriteStartObject("response_format");
            OpenAiParts.WriteFormat(format, nested: true, output);
            output.WriteEndObject();
        }

        WriteHints(request, traits, output, warnings);
        if (request.Stream)
        {
            output.WriteBoolean("stream", true);
            if (traits.StreamOptions)
            {
                output.WriteStartObject("stream_options");
                output.WriteBoolean("include_usage", true);
                output.WriteEndObject();
            }
        }

        output.WriteEndObject();
        return request.Stop.Count > StopsMax
            ? OpenAiPolicy.Unsupported("stop", $"The vendor takes at most {StopsMax} stop sequences.")
            : null;
    }

    private static void WriteSampling(ChatRequest request, string model, Utf8JsonWriter output, Warnings warnings)
    {
        var effort = OpenAiReasoning.EffortOf(request.Reasoning, warnings);
        var takes = OpenAiPolicy.TakesSampling(model, effort);
        WriteNumber("temperature", request.Temperature);
        WriteNumber("top_p", request.TopP);
        WriteNumber("presence_penalty", request.PresencePenalty, 0);
        WriteNumber("frequency_penalty", request.FrequencyPenalty, 0);
        if (effort is not null)
        {
            output.WriteString("reasoning_effort", effort);
        }

        if (request.Stop.Count > 0)
        {
            output.WriteStartArray("stop");
            foreach (var stop in request.Stop)
            {
                output.WriteStringValue(stop);
            }

            output.WriteEndArray();
        }

        void WriteNumber(string name, double? value, double usual = 1)
        {
            if (value is { } number && takes)
            {
                output.WriteNumber(name, number);
            }
            else if (value is { } other && other != usual)
            {
                warnings.Drop($"{name}: not with a reasoning model");
            }
        }
    }

    private static void WriteHints(ChatRequest request, OpenAiChatTraits traits, Utf8JsonWriter output, Warnings warnings)
    {
        if (request.Seed is { } seed)
        {
            if (traits.Hints)
            {
                output.WriteNumber("seed", seed);
            }
            else
            {
                warnings.Drop("seed");
            }
        }

        if (request.User is { } user)
        {
            if (traits.Hints && user.Length <= OpenAiPolicy.UserMax)
            {
                output.WriteString("user", user);
            }
            else
            {
                warnings.Drop("user");
            }
        }

        // Not every compatible vendor takes these, and none of them changes what the model says.
        foreach (var (isSet, name) in (ReadOnlySpan<(bool, string)>)
        [
            (request.Metadata.Count > 0, "metadata"), (request.ServiceTier is not null, "service_tier"),
            (request.PromptCacheKey is not null, "prompt_cache_key"),
        ])
        {
            if (isSet)
            {
                warnings.Drop(name);
            }
        }
    }
}
