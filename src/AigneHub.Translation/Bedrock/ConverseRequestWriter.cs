using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Writes one request (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"/>). After an
/// error what was written is of no use, but whole.
/// </summary>
internal sealed class ConverseRequestWriter(
    ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings)
{
    /// <summary>Tokens, for thinking alone: its budget is a share of a limit that nobody gave.</summary>
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
        var tools = WithoutForbiddenCalls(ToolPlan.Of(request, format, _claude, turns, warnings, _failure), turns);
        var maxTokens = request.MaxOutputTokens ?? maxOutput ?? OutputTokensDefault;
        var thinking = PlanThinking(maxTokens, tools.IsForced);
        DropHints();

        output.WriteStartObject();
        var content = new ConverseContentWriter(output, HasCachePoints, _failure, warnings);
        WriteSystem(turns, tools, content);
        output.WriteStartArray("messages");
        foreach (var turn in turns.List)
        {
            content.WriteTurn(turn);
        }

        output.WriteEndArray();
        WriteInference(thinking, maxTokens);
        ConverseToolWriter.Write(tools, content, output);
        if (format == JsonOutputKind.Native)
        {
            WriteOutputConfig();
        }

        WriteAdditional(thinking);
        output.WriteEndObject();
        return _failure.Error;
    }

    /// <summary>
    /// https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html: others refuse the markers.
    /// </summary>
    private bool HasCachePoints => _claude.IsClaude || model.Contains("nova", StringComparison.OrdinalIgnoreCase);

    private ThinkingPlan PlanThinking(int maxTokens, bool isForced)
    {
        if (_claude.IsClaude)
        {
            return ThinkingPlan.Of(request, _claude, maxTokens, isForced, warnings);
        }

        if (request.Reasoning is { Effort: not (null or "none") } or { BudgetTokens: not (null or 0) })
        {
            warnings.Drop("reasoning");
        }

        return default;
    }

    /// <summary>
    /// The API can't rule calls out: the tools are left out; where earlier calls demand them they stay, and words forbid them.
    /// </summary>
    private ToolPlan WithoutForbiddenCalls(ToolPlan plan, Turns turns)
    {
        if (plan.Choice is not { Kind: ToolChoiceKind.None })
        {
            return plan;
        }

        if (!turns.List.Any(turn => turn.Items.Any(item => item is ToolCallItem or ToolResultItem)))
        {
            return plan with { Tools = [], Choice = null };
        }

        warnings.Drop("tool_choice (asked for in words)");
        return plan with { Choice = null, Instructions = [.. plan.Instructions, "Don't call any tool."] };
    }

    private void DropHints()
    {
        if (request.User is not null)
        {
            warnings.Drop("user");
        }

        if (request.ServiceTier is not (null or "auto" or "default" or "standard_only"))
        {
            warnings.Drop("service_tier");
        }

        if (request.ParallelToolCalls == false && request.Tools.Count > 0)
        {
            warnings.Drop("parallel_tool_calls");
        }
    }

    private void WriteSystem(Turns turns, ToolPlan tools, ConverseContentWriter content)
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
            content.WriteText(part.Text, part.Cache);
        }

        output.WriteEndArray();
    }

    private void WriteInference(ThinkingPlan thinking, int maxTokens)
    {
        var sampling = SamplingPlan.Of(request, _claude, thinking.IsOn, warnings);
        var stops = SamplingPlan.Stops(request, warnings);
        var hasLimit = request.MaxOutputTokens is not null || maxOutput is not null || thinking.Kind == ThinkingKind.Budget;
        output.WriteStartObject("inferenceConfig");
        if (hasLimit)
        {
            output.WriteNumber("maxTokens", maxTokens);
        }

        if (sampling.Temperature is { } temperature)
        {
            output.WriteNumber("temperature", temperature);
        }

        if (sampling.TopP is { } topP)
        {
            output.WriteNumber("topP", topP);
        }

        if (stops.Count > 0)
        {
            output.WriteStartArray("stopSequences");
            foreach (var stop in stops)
            {
                output.WriteStringValue(stop);
            }

            output.WriteEndArray();
        }

        output.WriteEndObject();
    }

    /// <summary>
    /// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_OutputConfig.html; the schema is JSON in a string.
    /// </summary>
    private void WriteOutputConfig()
    {
        output.WriteStartObject("outputConfig");
        output.WriteStartObject("textFormat");
        output.WriteString("type", "json_schema");
        output.WriteStartObject("structure");
        output.WriteStartObject("jsonSchema");
        output.WriteString("schema", ClosedSchema.Of(request.Format!.Schema!.Value));
        if (request.Format.Name is { Length: > 0 } name)
        {
            output.WriteString("name", name);
        }

        if (request.Format.Description is { Length: > 0 } description)
        {
            output.WriteString("description", description);
        }

        output.WriteEndObject();
        output.WriteEndObject();
        output.WriteEndObject();
        output.WriteEndObject();
    }

    /// <summary>
    /// What only Claude has goes by in its own words
    /// (<see href="https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html"/>).
    /// </summary>
    private void WriteAdditional(ThinkingPlan thinking)
    {
        var topK = _claude is { IsClaude: true, HasSampling: true } && !thinking.IsOn ? request.TopK : null;
        if (request.TopK is not null && !_claude.IsClaude)
        {
            warnings.Drop("top_k");
        }

        if (topK is not null || thinking.Kind != ThinkingKind.Unsaid)
        {
            output.WriteStartObject("additionalModelRequestFields");
            if (topK is { } k)
            {
                output.WriteNumber("top_k", k);
            }

            if (thinking.Kind != ThinkingKind.Unsaid)
            {
                output.WriteStartObject("thinking");
                MessagesRequestWriter.WriteThinkingMembers(output, thinking);
                output.WriteEndObject();
            }

            if (thinking.Effort is { } effort)
            {
                output.WriteStartObject("output_config");
                output.WriteString("effort", effort);
                output.WriteEndObject();
            }

            output.WriteEndObject();
        }

        if (_claude.IsClaude && request.Stop.Count > 0)
        {
            // Which sequence it was; whole and streamed answers have it at different places, and what isn't there is passed over.
            output.WriteStartArray("additionalModelResponseFieldPaths");
            output.WriteStringValue("/stop_sequence");
            output.WriteStringValue("/delta/stop_sequence");
            output.WriteEndArray();
        }
    }
}
