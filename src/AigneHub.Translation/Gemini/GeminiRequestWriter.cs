using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Writes requests for generateContent (<see href="https://ai.google.dev/api/generate-content#request-body"/>). Whether it
/// streams is said by the path, not by the body.
/// </summary>
internal static class GeminiRequestWriter
{
    /// <summary>Google's own limit.</summary>
    private const int StopSequencesMax = 5;

    public static HubError? Write(ChatRequest request, string model, Utf8JsonWriter output, Warnings warnings)
    {
        var generation = GeminiModel.Of(model);
        var contents = new GeminiContentsWriter(request.Items, generation);
        var error = ForeignMembers.Check(request, warnings) ?? Check(request, generation) ?? contents.Check();
        if (error is not null)
        {
            return error;
        }

        var tools = AllowedTools(request, generation);
        output.WriteStartObject();
        WriteSystem(request.Items, output);
        output.WritePropertyName("contents");
        contents.Write(output);
        WriteTools(tools, request.ToolChoice, output);
        if (tools.Count > 0 && request.ParallelToolCalls == false)
        {
            warnings.Drop("parallel_tool_calls");
        }

        WriteGeneration(request, generation, output, warnings);
        output.WriteEndObject();
        return null;
    }

    private static HubError? Check(ChatRequest request, GeminiModel generation)
    {
        if (request.TopLogProbabilities is not null)
        {
            return ForeignMembers.Unsupported("logprobs", "Log probabilities can't be translated here; leave them out.");
        }

        if (request.Stop.Count > StopSequencesMax)
        {
            return ForeignMembers.Unsupported("stop", $"This model takes at most {StopSequencesMax} stop sequences.");
        }

        // https://ai.google.dev/gemini-api/docs/structured-output : tools beside it since Gemini 3.
        return request.Format is not null && request.Tools.Count > 0 && !generation.ThinksByLevel
            && request.ToolChoice is not { Kind: ToolChoiceKind.None }
                ? ForeignMembers.Unsupported(
                    "response_format", "This model can't have tools and structured output in one request; leave one of them out.")
                : null;
    }

    /// <summary>Where the model chooses freely, Google takes no <c>allowedFunctionNames</c>: the others are not declared.</summary>
    private static IReadOnlyList<ToolDefinition> AllowedTools(ChatRequest request, GeminiModel generation)
    {
        if (request is { ToolChoice.Kind: ToolChoiceKind.None, Format: not null } && !generation.ThinksByLevel)
        {
            // Declared, even with mode NONE, they would rule out structured output.
            return [];
        }

        if (request.ToolChoice is not { Kind: ToolChoiceKind.Auto, Names: { Count: > 0 } names })
        {
            return request.Tools;
        }

        var allowed = names.ToHashSet(StringComparer.Ordinal);
        return [.. request.Tools.Where(tool => allowed.Contains(tool.Name))];
    }

    private static void WriteSystem(IReadOnlyList<ChatItem> items, Utf8JsonWriter output)
    {
        var texts = items.OfType<MessageItem>()
            .Where(message => message.Role == ChatRole.System)
            .SelectMany(message => message.Parts)
            .OfType<TextPart>()
            .Where(part => part.Text.Length > 0)
            .ToList();
        if (texts.Count == 0)
        {
            return;
        }

        output.WriteStartObject("systemInstruction");
        output.WriteStartArray("parts");
        foreach (var text in texts)
        {
            output.WriteStartObject();
            output.WriteString("text", text.Text);
            output.WriteEndObject();
        }

        output.WriteEndArray();
        output.WriteEndObject();
    }

    private static void WriteTools(IReadOnlyList<ToolDefinition> tools, ToolChoice? choice, Utf8JsonWriter output)
    {
        if (tools.Count == 0)
        {
            return;
        }

        output.WriteStartArray("tools");
        output.WriteStartObject();
        output.WriteStartArray("functionDeclarations");
        foreach (var tool in tools)
        {
            output.WriteStartObject();
            output.WriteString("name", tool.Name);
            output.WriteString("description", tool.Description ?? "");
            if (tool.Parameters is { ValueKind: JsonValueKind.Object } schema)
            {
                // `parameters` takes a part of OpenAPI's schemas only; this takes JSON Schema
                // (https://ai.google.dev/api/caching#FunctionDeclaration).
                output.WritePropertyName("parametersJsonSchema");
                JsonLine.Write(output, schema);
            }

            output.WriteEndObject();
        }

        output.WriteEndArray();
        output.WriteEndObject();
        output.WriteEndArray();
        if (choice is not null)
        {
            WriteToolChoice(choice, output);
        }
    }

    /// <summary>https://ai.google.dev/api/caching#FunctionCallingConfig</summary>
    private static void WriteToolChoice(ToolChoice choice, Utf8JsonWriter output)
    {
        output.WriteStartObject("toolConfig");
        output.WriteStartObject("functionCallingConfig");
        output.WriteString("mode", choice.Kind switch
        {
            ToolChoiceKind.None => "NONE",
            ToolChoiceKind.Required or ToolChoiceKind.Named => "ANY",
            _ => "AUTO",
        });
        if (choice is { Kind: ToolChoiceKind.Required or ToolChoiceKind.Named, Names.Count: > 0 })
        {
            output.WriteStartArray("allowedFunctionNames");
            foreach (var name in choice.Names)
            {
                output.WriteStringValue(name);
            }

            output.WriteEndArray();
        }

        output.WriteEndObject();
        output.WriteEndObject();
    }

    /// <summary>https://ai.google.dev/api/generate-content#generationconfig</summary>
    private static void WriteGeneration(ChatRequest request, GeminiModel generation, Utf8JsonWriter output, Warnings warnings)
    {
        output.WriteStartObject("generationConfig");
        WriteNumber(output, "maxOutputTokens", request.MaxOutputTokens);
        WriteNumber(output, "temperature", request.Temperature);
        WriteNumber(output, "topP", request.TopP);
        WriteNumber(output, "topK", request.TopK);
        WriteNumber(output, "presencePenalty", request.PresencePenalty);
        WriteNumber(output, "frequencyPenalty", request.FrequencyPenalty);
        if (request.Seed is >= int.MinValue and <= int.MaxValue)
        {
            output.WriteNumber("seed", request.Seed.Value);
        }
        else if (request.Seed is not null)
        {
            warnings.Drop("seed");
        }

        if (request.Stop.Count > 0)
        {
            output.WriteStartArray("stopSequences");
            foreach (var stop in request.Stop)
            {
                output.WriteStringValue(stop);
            }

            output.WriteEndArray();
        }

        if (request.Format is { } format)
        {
            output.WriteString("responseMimeType", "application/json");
            if (format.Schema is { ValueKind: JsonValueKind.Object } schema)
            {
                output.WritePropertyName("responseJsonSchema");
                JsonLine.Write(output, schema);
            }
        }

        if (request.Reasoning is { } reasoning)
        {
            GeminiThinking.Write(reasoning, generation, output, warnings);
        }

        output.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter output, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            output.WriteNumber(name, number);
        }
    }

    private static void WriteNumber(Utf8JsonWriter output, string name, int? value)
    {
        if (value is { } number)
        {
            output.WriteNumber(name, number);
        }
    }
}
