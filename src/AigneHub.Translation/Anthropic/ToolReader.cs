using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>Reads tools and their choice (<see href="https://docs.claude.com/en/api/messages"/>).</summary>
internal static class ToolReader
{
    /// <param name="others">Takes members of tools that the neutral definition doesn't have.</param>
    public static IReadOnlyList<ToolDefinition> Read(
        JsonElement value, RequestFailure failure, Dictionary<string, JsonElement> others)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            failure.Invalid("tools", "tools must be an array.");
            return [];
        }

        var tools = new List<ToolDefinition>();
        foreach (var tool in value.EnumerateArray())
        {
            var type = MessagesJson.Text(tool, "type");
            if (MessagesJson.Text(tool, "name") is not { Length: > 0 } name)
            {
                failure.Invalid($"tools.{tools.Count}", "A tool must be an object with a name.");
                return [];
            }

            if (type is not (null or "custom"))
            {
                tools.Add(new ToolDefinition(name, null, null, Hosted: tool));
                continue;
            }

            foreach (var member in tool.EnumerateObject())
            {
                if (member.Name is not ("type" or "name" or "description" or "input_schema" or "strict" or "cache_control")
                    && member.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
                {
                    others[$"tools.{member.Name}"] = member.Value;
                }
            }

            var schema = MessagesJson.Member(tool, "input_schema");
            if (schema is { ValueKind: not JsonValueKind.Object })
            {
                failure.Invalid($"tools.{tools.Count}.input_schema", "input_schema must be an object.");
            }

            var strict = MessagesJson.Member(tool, "strict");
            tools.Add(new ToolDefinition(
                name,
                MessagesJson.Text(tool, "description"),
                schema,
                strict?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
                MessagesJson.Cache(tool)));
        }

        return tools;
    }

    public static (ToolChoice? Choice, bool? IsParallel) ReadChoice(JsonElement value, RequestFailure failure)
    {
        bool? isParallel = MessagesJson.Member(value, "disable_parallel_tool_use")?.ValueKind switch
        {
            JsonValueKind.True => false,
            JsonValueKind.False => true,
            _ => null,
        };
        switch (MessagesJson.Text(value, "type"))
        {
            case "auto":
                return (new ToolChoice(ToolChoiceKind.Auto, []), isParallel);
            case "any":
                return (new ToolChoice(ToolChoiceKind.Required, []), isParallel);
            case "none":
                return (new ToolChoice(ToolChoiceKind.None, []), isParallel);
            case "tool" when MessagesJson.Text(value, "name") is { Length: > 0 } name:
                return (new ToolChoice(ToolChoiceKind.Named, [name]), isParallel);
            default:
                failure.Invalid("tool_choice", "tool_choice.type must be 'auto', 'any', 'none', or 'tool' with a name.");
                return (null, null);
        }
    }
}
