using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads tools and their choice as chat completions have them, in an object named after the type
/// (<see href="https://platform.openai.com/docs/api-reference/chat/create#chat_create-tools"/>), and as responses have them, flat
/// (<see href="https://platform.openai.com/docs/api-reference/responses/create#responses_create-tools"/>).
/// </summary>
internal static class OpenAiTools
{
    public static IReadOnlyList<ToolDefinition> Read(JsonElement body, bool nested, RequestFields fields)
    {
        if (!fields.TryList(body, "tools", "tools", out var list))
        {
            return [];
        }

        var tools = new List<ToolDefinition>();
        foreach (var tool in list.Value.EnumerateArray())
        {
            var path = $"tools[{tools.Count}]";
            switch (RequestFields.TextOf(tool, "type"))
            {
                case "function":
                    tools.Add(ReadFunction(tool, nested, path, fields));
                    break;
                case "custom":
                    tools.Add(new ToolDefinition(
                        fields.NeededText(DefinitionOf(tool, "custom", nested), "name", path), null, null, Hosted: tool));
                    break;
                case { } hosted when !nested:
                    tools.Add(new ToolDefinition(hosted, null, null, Hosted: tool));
                    break;
                default:
                    fields.Unsupported($"{path}.type", $"{path}.type must be function or custom.");
                    return tools;
            }
        }

        return tools;
    }

    public static ToolChoice? ReadChoice(JsonElement body, bool nested, RequestFields fields)
    {
        const string Name = "tool_choice";
        if (!RequestFields.Has(body, Name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return ReadMode(body, Name, fields) is { } kind ? new ToolChoice(kind, []) : null;
        }

        switch (RequestFields.TextOf(value, "type"))
        {
            case "function" or "custom":
                return new ToolChoice(ToolChoiceKind.Named, [NameOf(value, nested, $"{Name}.name", fields)]);
            case "allowed_tools":
                var allowed = DefinitionOf(value, "allowed_tools", nested);
                if (ReadMode(allowed, "mode", fields) is not { } mode
                    || !fields.TryList(allowed, "tools", $"{Name}.tools", out var tools))
                {
                    fields.Invalid(Name, "tool_choice of the type allowed_tools needs mode and tools.");
                    return null;
                }

                return new ToolChoice(
                    mode, [.. tools.Value.EnumerateArray().Select(t => NameOf(t, nested, $"{Name}.tools", fields))]);
            default:
                fields.Unsupported(Name, "tool_choice must be auto, none, required, a function, a custom tool or allowed_tools.");
                return null;
        }
    }

    public static bool IsCustom(ToolDefinition tool) =>
        tool.Hosted is { } hosted && RequestFields.TextOf(hosted, "type") == "custom";

    private static ToolDefinition ReadFunction(JsonElement tool, bool nested, string path, RequestFields fields)
    {
        var function = DefinitionOf(tool, "function", nested);
        JsonElement? parameters = fields.TryObject(function, "parameters", $"{path}.parameters", out var schema) ? schema : null;
        return new ToolDefinition(
            fields.NeededText(function, "name", $"{path}.name"),
            fields.Text(function, "description", $"{path}.description"),
            parameters,
            fields.Flag(function, "strict"),
            OpenAiParts.ReadCache(tool));
    }

    private static ToolChoiceKind? ReadMode(JsonElement parent, string name, RequestFields fields)
    {
        switch (RequestFields.TextOf(parent, name))
        {
            case "auto":
                return ToolChoiceKind.Auto;
            case "none":
                return ToolChoiceKind.None;
            case "required":
                return ToolChoiceKind.Required;
            default:
                fields.Invalid(name, $"{name} must be auto, none or required.");
                return null;
        }
    }

    private static string NameOf(JsonElement tool, bool nested, string path, RequestFields fields) =>
        fields.NeededText(DefinitionOf(tool, RequestFields.TextOf(tool, "type") ?? "", nested), "name", path);

    private static JsonElement DefinitionOf(JsonElement tool, string type, bool nested) =>
        !nested ? tool : RequestFields.Has(tool, type, out var definition) ? definition : default;
}
