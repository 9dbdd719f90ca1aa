using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// Structured output of models that don't have it: a tool that the model must call and whose arguments are the answer. Its name
/// tells the readers of answers that the call is text.
/// </summary>
internal static class JsonOutputTool
{
    public const string Name = "hub_json_answer";

    public const string Description = "Gives the final answer. Call it exactly once, with the whole answer.";

    /// <summary>For any JSON object, which no schema describes.</summary>
    public const string Instruction =
        "Answer with a single valid JSON object and nothing else: no Markdown, no code fence, no text around it.";

    /// <summary>How the format is asked for.</summary>
    public static JsonOutputKind KindOf(ChatRequest request, bool hasJsonSchema, ClaudeModel model) => request.Format switch
    {
        null => JsonOutputKind.None,
        { Schema: null } => JsonOutputKind.Instruction,
        _ when hasJsonSchema => JsonOutputKind.Native,
        _ when !model.CanBeForced => JsonOutputKind.Instruction,
        { Schema: { } schema } when TypeOf(schema) is not (null or "\"object\"") => JsonOutputKind.Instruction,

        // A call must come anyway: the answer after its result is what the format is for.
        _ when request is { Tools.Count: > 0, ToolChoice.Kind: ToolChoiceKind.Required or ToolChoiceKind.Named } =>
            JsonOutputKind.None,
        _ => JsonOutputKind.Tool,
    };

    /// <summary>The reserved name must not be the caller's.</summary>
    public static HubError? Check(ChatRequest request) => request.Tools.Any(tool => tool.Name == Name)
        ? new HubError(400, "invalid_request", Blame.Caller, $"The name '{Name}' is reserved; rename the tool.", "tools")
        : null;

    /// <summary>The JSON of a schema's <c>type</c>, <c>"object"</c> for arguments of tools; null when it has none.</summary>
    public static string? TypeOf(JsonElement schema) => MessagesJson.Member(schema, "type")?.GetRawText();
}
