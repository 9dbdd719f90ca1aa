using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>Reads <c>generationConfig</c> (<see href="https://ai.google.dev/api/generate-content#generationconfig"/>).</summary>
/// <param name="fail">Takes the member at fault and what to do.</param>
/// <param name="others">Takes what the neutral request has no member for.</param>
internal sealed class GeminiConfigReader(Action<string, string> fail, Dictionary<string, JsonElement> others)
{
    private const string Prefix = "generationConfig.";

    public ChatRequest Read(JsonElement config, ChatRequest request)
    {
        var isJson = false;
        JsonElement? schema = null;
        var logProbabilities = false;
        foreach (var member in config.EnumerateObject())
        {
            var value = member.Value;
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (member.Name)
            {
                case "temperature":
                    request = request with { Temperature = Number(value, "temperature") };
                    break;
                case "topP" or "top_p":
                    request = request with { TopP = Number(value, "topP") };
                    break;
                case "topK" or "top_k":
                    request = request with { TopK = Whole(value, "topK") };
                    break;
                case "maxOutputTokens" or "max_output_tokens":
                    request = request with { MaxOutputTokens = Whole(value, "maxOutputTokens") };
                    break;
                case "candidateCount" or "candidate_count":
                    request = request with { Choices = Whole(value, "candidateCount") ?? 1 };
                    break;
                case "seed":
                    request = request with { Seed = Whole(value, "seed") };
                    break;
                case "presencePenalty" or "presence_penalty":
                    request = request with { PresencePenalty = Number(value, "presencePenalty") };
                    break;
                case "frequencyPenalty" or "frequency_penalty":
                    request = request with { FrequencyPenalty = Number(value, "frequencyPenalty") };
                    break;
                case "stopSequences" or "stop_sequences":
                    request = request with { Stop = Texts(value, "stopSequences") };
                    break;
                case "responseMimeType" or "response_mime_type":
                    isJson = ReadMediaType(value);
                    break;
                case "responseSchema" or "response_schema":
                    schema = GeminiSchema.ToJsonSchema(value);
                    break;
                case "responseJsonSchema" or "response_json_schema" or "_responseJsonSchema":
                    schema = value;
                    break;
                case "responseLogprobs" or "response_logprobs":
                    logProbabilities = value.ValueKind == JsonValueKind.True;
                    break;
                case "logprobs":
                    request = request with { TopLogProbabilities = Whole(value, "logprobs") };
                    break;
                case "responseModalities" or "response_modalities":
                    ReadModalities(value);
                    break;
                case "speechConfig" or "speech_config" or "imageConfig" or "image_config":
                    fail(Prefix + member.Name, "This model answers in text; leave the member out.");
                    break;
                case "thinkingConfig" or "thinking_config":
                    request = request with { Reasoning = ReadThinking(value) };
                    break;
                default:
                    others[Prefix + member.Name] = value;
                    break;
            }
        }

        return request with
        {
            Format = isJson || schema is not null ? new OutputFormat(Name: null, schema, Strict: null) : null,
            TopLogProbabilities = logProbabilities ? request.TopLogProbabilities ?? 0 : null,
        };
    }

    private bool ReadMediaType(JsonElement value)
    {
        switch (value.ValueKind == JsonValueKind.String ? value.GetString() : null)
        {
            case "application/json":
                return true;
            case "text/plain":
                return false;
            default:
                fail(Prefix + "responseMimeType", "This model answers in text/plain or application/json.");
                return false;
        }
    }

    private void ReadModalities(JsonElement value)
    {
        if (!Texts(value, "responseModalities").All(modality => modality is "TEXT" or "MODALITY_UNSPECIFIED"))
        {
            fail(Prefix + "responseModalities", "This model answers in text; ask for TEXT alone.");
        }
    }

    private ReasoningRequest? ReadThinking(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            fail(Prefix + "thinkingConfig", "`thinkingConfig` is an object.");
            return null;
        }

        var level = GeminiJson.Text(value, "thinkingLevel")?.ToLowerInvariant();
        if (level is not (null or "minimal" or "low" or "medium" or "high" or "thinking_level_unspecified"))
        {
            fail(Prefix + "thinkingConfig.thinkingLevel", "`thinkingLevel` is MINIMAL, LOW, MEDIUM or HIGH.");
            return null;
        }

        int? budget = GeminiJson.TryGet(value, "thinkingBudget", out var tokens)
            ? Whole(tokens, "thinkingConfig.thinkingBudget", min: -1)
            : null;
        bool? summary = GeminiJson.TryGet(value, "includeThoughts", out var thoughts)
            ? thoughts.ValueKind == JsonValueKind.True
            : null;
        return new ReasoningRequest(level == "thinking_level_unspecified" ? null : level, budget, summary);
    }

    private double? Number(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        fail(Prefix + name, $"`{name}` is a number.");
        return null;
    }

    /// <summary>Google takes 40.0 for a whole number too, and clients send it.</summary>
    private int? Whole(JsonElement value, string name, int min = int.MinValue)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            && number == Math.Truncate(number) && number >= min && number <= int.MaxValue)
        {
            return (int)number;
        }

        fail(Prefix + name, $"`{name}` is a whole number.");
        return null;
    }

    private List<string> Texts(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(text => text.GetString()!)];
        }

        fail(Prefix + name, $"`{name}` is a list of strings.");
        return [];
    }
}
