using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// Writes one request for a vendor (<see href="https://docs.claude.com/en/api/messages"/>). After an error what was written
/// is of no use, but whole.
/// </summary>
internal sealed class MessagesRequestWriter(
    ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings)
{
    /// <summary>Tokens, when neither the caller nor the catalogue says: what all of the vendor's models can give.</summary>
    private const int OutputTokensDefault = 4096;

    private readonly RequestFailure _failure = new();
    private readonly ClaudeModel _claude = ClaudeModel.Of(model);

    public HubError? Write()
    {
        if ((ClaudeForeignMembers.Check(request, warnings) ?? JsonOutputTool.Check(request)) is { } refusal)
        {
            return refusal;
        }

        var turns = Turns.Of(request.Items, warnings);
        if (turns.List.Count == 0)
        {
            _failure.Invalid("messages", "The conversation is empty; send at least one message.");
            return _failure.Error;
        }

        var format = JsonOutputTool.KindOf(request, _claude.HasJsonSchema, _claude);
        var tools = ToolPlan.Of(request, format, _claude, turns, warnings, _failure);
        var maxTokens = request.MaxOutputTokens ?? maxOutput ?? OutputTokensDefault;
        var thinking = ThinkingPlan.Of(request, _claude, maxTokens, tools.IsForced, warnings);

        output.WriteStartObject();
        output.WriteString("model", model);
        output.WriteNumber("max_tokens", maxTokens);
        if (request.Stream)
        {
            output.WriteBoolean("stream", true);
        }

        WriteSystem(turns, tools);
        var content = new MessagesContentWriter(output, _failure, warnings);
        output.WriteStartArray("messages");
        foreach (var turn in turns.List)
        {
            content.WriteTurn(turn);
        }

        output.WriteEndArray();
        ToolWriter.Write(tools, _claude, output);
        WriteThinking(thinking);
        WriteOutputConfig(format, thinking);
        WriteSampling(thinking);
        WriteRest();
        output.WriteEndObject();
        return _failure.Error;
    }

    private void WriteSystem(Turns turns, ToolPlan tools)
    {
        var parts = turns.System.SelectMany(message => message.Parts).OfType<TextPart>()
            .Concat(tools.Instructions.Select(text => new TextPart(text)))
            .Where(part => !string.IsNullOrWhiteSpace(part.Text))
            .ToList();
        if (parts.Count == 0)
        {
            return;
        }

        output.WriteStartArray("system");
        foreach (var part in parts)
        {
            MessagesContentWriter.WriteText(output, part.Text, part.Cache);
        }

        output.WriteEndArray();
    }

    private void WriteThinking(ThinkingPlan thinking)
    {
        if (thinking.Kind == ThinkingKind.Unsaid)
        {
            return;
        }

        output.WriteStartObject("thinking");
        WriteThinkingMembers(output, thinking);
        output.WriteEndObject();
    }

    public static void WriteThinkingMembers(Utf8JsonWriter output, ThinkingPlan thinking)
    {
        output.WriteString("type", thinking.Kind switch
        {
            ThinkingKind.Budget => "enabled",
            ThinkingKind.Adaptive => "adaptive",
            _ => "disabled",
        });
        if (thinking.Kind == ThinkingKind.Budget)
        {
            output.WriteNumber("budget_tokens", thinking.BudgetTokens);
        }

        if (thinking.Display is { } display)
        {
            output.WriteString("display", display);
        }
    }

    private void WriteOutputConfig(JsonOutputKind format, ThinkingPlan thinking)
    {
        if (format != JsonOutputKind.Native && thinking.Effort is null)
        {
            return;
        }

        output.WriteStartObject("output_config");
        if (thinking.Effort is { } effort)
        {
            output.WriteString("effort", effort);
        }

        if (format == JsonOutputKind.Native)
        {
            output.WriteStartObject("format");
            output.WriteString("type", "json_schema");
            output.WritePropertyName("schema");
            output.WriteRawValue(ClosedSchema.Of(request.Format!.Schema!.Value), skipInputValidation: true);
            output.WriteEndObject();
        }

        output.WriteEndObject();
    }

    private void WriteSampling(ThinkingPlan thinking)
    {
        var sampling = SamplingPlan.Of(request, _claude, thinking.IsOn, warnings);
        if (sampling.Temperature is { } temperature)
        {
            output.WriteNumber("temperature", temperature);
        }

        if (sampling.TopP is { } topP)
        {
            output.WriteNumber("top_p", topP);
        }

        if (sampling.TopK is { } topK)
        {
            output.WriteNumber("top_k", topK);
        }
    }

    private void WriteRest()
    {
        var stops = SamplingPlan.Stops(request, warnings);
        if (stops.Count > 0)
        {
            output.WriteStartArray("stop_sequences");
            foreach (var stop in stops)
            {
                output.WriteStringValue(stop);
            }

            output.WriteEndArray();
        }

        if ((request.User ?? request.Metadata.GetValueOrDefault("user_id")) is { Length: > 0 } user)
        {
            output.WriteStartObject("metadata");
            output.WriteString("user_id", user);
            output.WriteEndObject();
        }

        switch (request.ServiceTier)
        {
            case null:
                break;
            case "auto":
                output.WriteString("service_tier", "auto");
                break;
            case "default" or "standard_only":
                output.WriteString("service_tier", "standard_only");
                break;
            default:
                warnings.Drop("service_tier");
                break;
        }
    }
}
