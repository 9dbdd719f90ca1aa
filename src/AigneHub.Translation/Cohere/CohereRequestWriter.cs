using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Cohere;

/// <summary>Writes requests for Cohere's chat (<see href="https://docs.cohere.com/reference/chat"/>).</summary>
internal static class CohereRequestWriter
{
    /// <summary>Cohere's own limits.</summary>
    private const int StopSequencesMax = 5;
    private const double TopPMin = 0.01;
    private const double TopPMax = 0.99;
    private const int TopKMax = 500;
    private const double PenaltyMax = 1;

    public static HubError? Write(ChatRequest request, string model, Utf8JsonWriter output, Warnings warnings)
    {
        var messages = new CohereMessagesWriter(request.Items, CohereModel.Thinks(model));
        var error = ForeignMembers.Check(request, warnings) ?? Check(request) ?? messages.Check();
        if (error is not null)
        {
            return error;
        }

        output.WriteStartObject();
        output.WriteString("model", model);
        output.WriteBoolean("stream", request.Stream);
        output.WritePropertyName("messages");
        messages.Write(output);
        WriteTools(request, output, warnings);
        WriteFormat(request.Format, output);
        WriteSampling(request, output, warnings);
        WriteThinking(request.Reasoning, CohereModel.Thinks(model), output, warnings);
        output.WriteEndObject();
        return null;
    }

    private static HubError? Check(ChatRequest request) =>
        request.TopLogProbabilities is not null
            ? ForeignMembers.Unsupported("logprobs", "Log probabilities can't be translated for this model; leave them out.")
        : request.Stop.Count > StopSequencesMax
            ? ForeignMembers.Unsupported("stop", $"This model takes at most {StopSequencesMax} stop sequences.")
        : request.Format is not null && request.Tools.Count > 0
            // https://docs.cohere.com/docs/structured-outputs
            ? ForeignMembers.Unsupported(
                "response_format", "This model can't have tools and structured output in one request; leave one of them out.")
            : null;

    private static void WriteTools(ChatRequest request, Utf8JsonWriter output, Warnings warnings)
    {
        var tools = AllowedTools(request);
        if (tools.Count == 0)
        {
            return;
        }

        output.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            output.WriteStartObject();
            output.WriteString("type", "function");
            output.WriteStartObject("function");
            output.WriteString("name", tool.Name);
            if (tool.Description is not null)
            {
                output.WriteString("description", tool.Description);
            }

            output.WritePropertyName("parameters");
            if (tool.Parameters is { ValueKind: JsonValueKind.Object } schema)
            {
                JsonLine.Write(output, schema);
            }
            else
            {
                output.WriteRawValue("""{"type":"object","properties":{}}"""u8);
            }

            output.WriteEndObject();
            output.WriteEndObject();
        }

        output.WriteEndArray();
        if (tools.All(tool => tool.Strict == true))
        {
            output.WriteBoolean("strict_tools", true);
        }
        else if (tools.Any(tool => tool.Strict == true))
        {
            warnings.Drop("strict");
        }

        if (request.ToolChoice?.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named)
        {
            output.WriteString("tool_choice", "REQUIRED");
        }
        else if (request.ToolChoice?.Kind is ToolChoiceKind.None)
        {
            output.WriteString("tool_choice", "NONE");
        }

        if (request.ParallelToolCalls == false)
        {
            warnings.Drop("parallel_tool_calls");
        }
    }

    /// <summary>Cohere can be told to call a tool, but not which: the others are not declared.</summary>
    private static IReadOnlyList<ToolDefinition> AllowedTools(ChatRequest request)
    {
        if (request.ToolChoice is not { Kind: not ToolChoiceKind.None, Names: { Count: > 0 } names })
        {
            return request.Tools;
        }

        var allowed = names.ToHashSet(StringComparer.Ordinal);
        return [.. request.Tools.Where(tool => allowed.Contains(tool.Name))];
    }

    private static void WriteFormat(OutputFormat? format, Utf8JsonWriter output)
    {
        if (format is null)
        {
            return;
        }

        output.WriteStartObject("response_format");
        output.WriteString("type", "json_object");
        if (format.Schema is { ValueKind: JsonValueKind.Object } schema)
        {
            output.WritePropertyName("json_schema");
            JsonLine.Write(output, schema);
        }

        output.WriteEndObject();
    }

    private static void WriteSampling(ChatRequest request, Utf8JsonWriter output, Warnings warnings)
    {
        if (request.MaxOutputTokens is { } tokens)
        {
            output.WriteNumber("max_tokens", tokens);
        }

        if (request.Stop.Count > 0)
        {
            output.WriteStartArray("stop_sequences");
            foreach (var stop in request.Stop)
            {
                output.WriteStringValue(stop);
            }

            output.WriteEndArray();
        }

        if (request.Temperature is { } temperature && double.IsFinite(temperature))
        {
            output.WriteNumber("temperature", temperature);
        }

        if (request.TopP is { } topP && double.IsFinite(topP))
        {
            // All of the mass, 1.0, is what other APIs have by default and Cohere refuses.
            output.WriteNumber("p", Math.Clamp(topP, TopPMin, TopPMax));
        }

        if (request.TopK is { } topK)
        {
            output.WriteNumber("k", Math.Clamp(topK, 0, TopKMax));
        }

        if (request.Seed is >= 0)
        {
            output.WriteNumber("seed", request.Seed.Value);
        }
        else if (request.Seed is not null)
        {
            warnings.Drop("seed");
        }

        WritePenalty("frequency_penalty", request.FrequencyPenalty, output, warnings);
        WritePenalty("presence_penalty", request.PresencePenalty, output, warnings);
    }

    /// <summary>From 0 to 1; other APIs go from -2 to 2.</summary>
    private static void WritePenalty(string name, double? penalty, Utf8JsonWriter output, Warnings warnings)
    {
        if (penalty is >= 0 and <= PenaltyMax)
        {
            output.WriteNumber(name, penalty.Value);
        }
        else if (penalty is not null)
        {
            warnings.Drop(name);
        }
    }

    private static void WriteThinking(ReasoningRequest? reasoning, bool thinks, Utf8JsonWriter output, Warnings warnings)
    {
        if (reasoning is null or { Effort: null, BudgetTokens: null })
        {
            return;
        }

        var isOff = reasoning.Effort == "none" || reasoning.BudgetTokens == 0;
        if (!thinks)
        {
            if (!isOff)
            {
                warnings.Drop("reasoning");
            }

            return;
        }

        // Words have no counterpart but a budget; above `medium` the model may think as much as it likes.
        int? budget = reasoning.BudgetTokens is > 0 ? reasoning.BudgetTokens : reasoning.Effort switch
        {
            "minimal" or "low" => 1_024,
            "medium" => 8_192,
            _ => null,
        };
        output.WriteStartObject("thinking");
        output.WriteString("type", isOff ? "disabled" : "enabled");
        if (!isOff && budget is { } tokens)
        {
            output.WriteNumber("token_budget", tokens);
        }

        output.WriteEndObject();
    }
}
