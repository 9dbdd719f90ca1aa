using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Reads one request of generateContent (<see href="https://ai.google.dev/api/generate-content#request-body"/>). The first
/// fault is reported; reading goes on without harm.
/// </summary>
internal sealed class GeminiRequestReader
{
    private readonly Dictionary<string, JsonElement> _others = new(StringComparer.Ordinal);

    public HubError? Error { get; private set; }

    public ChatRequest Read(JsonElement body)
    {
        var items = new List<ChatItem>();
        var tools = new List<ToolDefinition>();
        ToolChoice? choice = null;
        var config = default(JsonElement);
        foreach (var member in body.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (member.Name)
            {
                case "systemInstruction" or "system_instruction":
                    items.InsertRange(0, new GeminiContentsReader(Fail).ReadSystem(member.Value));
                    break;
                case "contents":
                    items.AddRange(new GeminiContentsReader(Fail).Read(member.Value));
                    break;
                case "tools":
                    ReadTools(member.Value, tools);
                    break;
                case "toolConfig" or "tool_config":
                    choice = ReadToolConfig(member.Value);
                    break;
                case "generationConfig" or "generation_config":
                    config = Object(member.Value, "generationConfig");
                    break;

                // It stands in the path.
                case "model":
                    break;
                default:
                    _others[member.Name == "cached_content" ? "cachedContent" : member.Name] = member.Value;
                    break;
            }
        }

        if (!items.Exists(item => item is not MessageItem { Role: ChatRole.System }))
        {
            Fail("contents", "Send at least one content.");
        }

        var request = new ChatRequest { Items = items, Tools = tools, ToolChoice = choice, Others = _others };
        return config.ValueKind == JsonValueKind.Object
            ? new GeminiConfigReader(Fail, _others).Read(config, request)
            : request;
    }

    private void Fail(string member, string message) => Error ??= ForeignMembers.Invalid(member, message);

    private JsonElement Object(JsonElement value, string member)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Fail(member, $"`{member}` is an object.");
        }

        return value;
    }

    private void ReadTools(JsonElement value, List<ToolDefinition> tools)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail("tools", "`tools` is a list of objects.");
            return;
        }

        foreach (var tool in value.EnumerateArray())
        {
            if (tool.ValueKind != JsonValueKind.Object)
            {
                Fail("tools", "`tools` is a list of objects.");
                return;
            }

            foreach (var member in tool.EnumerateObject())
            {
                if (member.Name is "functionDeclarations" or "function_declarations")
                {
                    ReadFunctions(member.Value, tools);
                }
                else if (member.Value.ValueKind != JsonValueKind.Null)
                {
                    tools.Add(new ToolDefinition(member.Name, Description: null, Parameters: null, Hosted: tool));
                }
            }
        }
    }

    private void ReadFunctions(JsonElement functions, List<ToolDefinition> tools)
    {
        const string member = "tools.functionDeclarations";
        if (functions.ValueKind != JsonValueKind.Array)
        {
            Fail(member, "`functionDeclarations` is a list of objects.");
            return;
        }

        foreach (var function in functions.EnumerateArray())
        {
            if (GeminiJson.Text(function, "name") is not { Length: > 0 } name)
            {
                Fail(member, "Every function has a `name`.");
                return;
            }

            foreach (var said in function.EnumerateObject())
            {
                if (said.Name is not ("name" or "description" or "parameters" or "parametersJsonSchema" or "parameters_json_schema")
                    && said.Value.ValueKind != JsonValueKind.Null)
                {
                    _others[$"tools.{said.Name}"] = said.Value;
                }
            }

            JsonElement? parameters = GeminiJson.TryGet(function, "parametersJsonSchema", out var schema) ? schema
                : GeminiJson.TryGet(function, "parameters", out var google) ? GeminiSchema.ToJsonSchema(google)
                : null;
            tools.Add(new ToolDefinition(name, GeminiJson.Text(function, "description"), parameters));
        }
    }

    /// <summary>https://ai.google.dev/api/caching#ToolConfig</summary>
    private ToolChoice? ReadToolConfig(JsonElement config)
    {
        Object(config, "toolConfig");
        if (!GeminiJson.TryGet(config, "functionCallingConfig", out var calling))
        {
            return null;
        }

        var names = new List<string>();
        if (GeminiJson.TryGet(calling, "allowedFunctionNames", out var allowed))
        {
            if (allowed.ValueKind != JsonValueKind.Array
                || allowed.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
            {
                Fail("toolConfig.functionCallingConfig.allowedFunctionNames", "`allowedFunctionNames` is a list of strings.");
                return null;
            }

            names.AddRange(allowed.EnumerateArray().Select(name => name.GetString()!));
        }

        switch (GeminiJson.Text(calling, "mode"))
        {
            // VALIDATED is AUTO whose arguments fit their schema, which other vendors promise, if at all, unasked.
            case null or "MODE_UNSPECIFIED" or "AUTO" or "VALIDATED":
                return new ToolChoice(ToolChoiceKind.Auto, names);
            case "NONE":
                return new ToolChoice(ToolChoiceKind.None, []);
            case "ANY":
                return new ToolChoice(names.Count == 1 ? ToolChoiceKind.Named : ToolChoiceKind.Required, names);
            default:
                Fail("toolConfig.functionCallingConfig.mode", "`mode` is AUTO, ANY, NONE or VALIDATED.");
                return null;
        }
    }
}
