using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>The tools of a request to Anthropic or Bedrock, with the choice that they leave.</summary>
/// <param name="Choice">Null: not said.</param>
/// <param name="Instructions">What has to be said in words, for want of a member.</param>
internal sealed record ToolPlan(
    IReadOnlyList<ToolDefinition> Tools, ToolChoice? Choice, bool? IsParallel, IReadOnlyList<string> Instructions)
{
    private const string Empty = """{"type":"object","properties":{}}""";

    public bool IsForced => Tools.Count > 0 && Choice is { Kind: ToolChoiceKind.Required or ToolChoiceKind.Named };

    public static ToolPlan Of(
        ChatRequest request, JsonOutputKind format, ClaudeModel model, Turns turns, Warnings warnings, RequestFailure failure)
    {
        if (request.Tools.Any(tool => tool.Hosted is not null))
        {
            failure.Unsupported("tools", "One of the tools runs at another vendor; leave it out or choose its vendor's model.");
        }

        var choice = request.ToolChoice;
        var tools = request.Tools.ToList();
        if (choice is { Kind: ToolChoiceKind.Auto or ToolChoiceKind.Required, Names.Count: > 0 })
        {
            // Both have no list of allowed tools: the others are not offered.
            var allowed = choice.Names.ToHashSet(StringComparer.Ordinal);
            tools.RemoveAll(tool => !allowed.Contains(tool.Name));
        }

        if (choice is { Kind: ToolChoiceKind.Named }
            && (choice.Names.Count == 0 || tools.All(tool => tool.Name != choice.Names[0])))
        {
            failure.Invalid("tool_choice", "tool_choice names a tool that is not among tools.");
        }

        if (tools.Count == 0 && choice?.Kind == ToolChoiceKind.Required && format != JsonOutputKind.Tool)
        {
            failure.Invalid("tool_choice", "tool_choice demands a call, but there are no tools.");
        }

        var instructions = new List<string>();
        if (tools.Count == 0)
        {
            // Both refuse calls in the conversation whose tools are not defined.
            tools.AddRange(CalledTools(turns));
            choice = tools.Count > 0 ? new ToolChoice(ToolChoiceKind.None, []) : null;
        }

        if (format == JsonOutputKind.Tool)
        {
            choice = AddOutputTool(request.Format!, tools, choice);
        }
        else if (format == JsonOutputKind.Instruction)
        {
            warnings.Drop("response_format (asked for in words)");
            instructions.Add(request.Format!.Schema is { } schema
                ? $"{JsonOutputTool.Instruction} The object must match this JSON Schema:\n{schema.GetRawText()}"
                : JsonOutputTool.Instruction);
        }

        if (!model.CanBeForced && choice is { Kind: ToolChoiceKind.Required or ToolChoiceKind.Named })
        {
            warnings.Drop("tool_choice (asked for in words)");
            instructions.Add(choice.Kind == ToolChoiceKind.Named
                ? $"Call the tool {choice.Names[0]} now, before anything else."
                : "Call one of the tools now, before anything else.");
            choice = null;
        }

        return new ToolPlan(tools, choice, request.ParallelToolCalls, instructions);
    }

    /// <summary>
    /// With other tools the model may call one of them first; alone, or where calls are ruled out, this one is forced.
    /// </summary>
    private static ToolChoice AddOutputTool(OutputFormat format, List<ToolDefinition> tools, ToolChoice? choice)
    {
        var isFree = tools.Count > 0 && choice?.Kind != ToolChoiceKind.None;
        tools.Add(new ToolDefinition(JsonOutputTool.Name, format.Description ?? JsonOutputTool.Description, format.Schema));
        return isFree ? new ToolChoice(ToolChoiceKind.Required, []) : new ToolChoice(ToolChoiceKind.Named, [JsonOutputTool.Name]);
    }

    private static IEnumerable<ToolDefinition> CalledTools(Turns turns) => turns.List
        .SelectMany(turn => turn.Items)
        .OfType<ToolCallItem>()
        .Select(call => call.Name)
        .Distinct()
        .Select(name => new ToolDefinition(name, null, null));

    /// <summary>A schema's JSON as both demand it: an object's.</summary>
    public static string SchemaOf(ToolDefinition tool)
    {
        if (tool.Parameters is not { ValueKind: JsonValueKind.Object } schema)
        {
            return Empty;
        }

        var text = schema.GetRawText();
        var members = text[1..];
        return JsonOutputTool.TypeOf(schema) is not null ? text
            : members.Trim() == "}" ? Empty
            : """{"type":"object",""" + members;
    }
}
