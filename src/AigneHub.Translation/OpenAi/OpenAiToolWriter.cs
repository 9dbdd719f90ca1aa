using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>Writes tools and their choice, for chat completions (nested) and responses (flat).</summary>
internal static class OpenAiToolWriter
{
    /// <summary>
    /// The members <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>; the last two are errors without the first.
    /// Tools that a choice forbids are left out, which every compatible vendor understands, unlike <c>allowed_tools</c>.
    /// </summary>
    public static HubError? Write(ChatRequest request, bool nested, Utf8JsonWriter output)
    {
        var choice = request.ToolChoice;
        var allowed = choice is { Kind: not ToolChoiceKind.Named, Names.Count: > 0 }
            ? choice.Names.ToHashSet(StringComparer.Ordinal)
            : null;
        var tools = allowed is null ? request.Tools : request.Tools.Where(tool => allowed.Contains(tool.Name)).ToList();
        if (tools.FirstOrDefault(tool => tool.Hosted is not null && !OpenAiTools.IsCustom(tool)) is { } hosted)
        {
            return new HubError(
                400, "unsupported_parameter", Blame.Caller,
                $"The tool {hosted.Name} is run by another vendor: leave it out.", "tools");
        }

        if (tools.Count == 0)
        {
            return null;
        }

        output.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            WriteTool(tool, nested, output);
        }

        output.WriteEndArray();
        if (choice is not null)
        {
            WriteChoice(choice, tools, nested, output);
        }

        if (request.ParallelToolCalls is { } parallel)
        {
            output.WriteBoolean("parallel_tool_calls", parallel);
        }

        return null;
    }

    private static void WriteTool(ToolDefinition tool, bool nested, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        if (tool.Hosted is { } custom)
        {
            WriteCustom(tool.Name, custom, nested, output);
        }
        else
        {
            output.WriteString("type", "function");
            if (nested)
            {
                output.WriteStartObject("function");
            }

            WriteFunction(tool, nested, output);
            if (nested)
            {
                output.WriteEndObject();
            }
        }

        output.WriteEndObject();
    }

    private static void WriteFunction(ToolDefinition tool, bool nested, Utf8JsonWriter output)
    {
        output.WriteString("name", tool.Name);
        if (tool.Description is { } description)
        {
            output.WriteString("description", description);
        }

        if (tool.Parameters is { } parameters)
        {
            output.WritePropertyName("parameters");
            parameters.WriteTo(output);
        }
        else if (!nested)
        {
            output.WriteNull("parameters");
        }

        // Responses would take a schema as strict, and change it, unless told not to; chat completions wouldn't.
        if (!nested || tool.Strict is not null)
        {
            output.WriteBoolean("strict", tool.Strict ?? false);
        }
    }

    private static void WriteCustom(string name, JsonElement tool, bool nested, Utf8JsonWriter output)
    {
        var from = RequestFields.Has(tool, "custom", out var inner) ? inner : tool;
        output.WriteString("type", "custom");
        if (nested)
        {
            output.WriteStartObject("custom");
        }

        output.WriteString("name", name);
        if (RequestFields.TextOf(from, "description") is { } description)
        {
            output.WriteString("description", description);
        }

        if (RequestFields.Has(from, "format", out var format))
        {
            WriteCustomFormat(format, nested, output);
        }

        if (nested)
        {
            output.WriteEndObject();
        }
    }

    private static void WriteCustomFormat(JsonElement format, bool nested, Utf8JsonWriter output)
    {
        var grammar = RequestFields.Has(format, "grammar", out var inner) ? inner : format;
        output.WriteStartObject("format");
        output.WriteString("type", RequestFields.TextOf(format, "type") ?? "text");
        if (RequestFields.TextOf(grammar, "syntax") is { } syntax
            && RequestFields.TextOf(grammar, "definition") is { } definition)
        {
            if (nested)
            {
                output.WriteStartObject("grammar");
            }

            output.WriteString("syntax", syntax);
            output.WriteString("definition", definition);
            if (nested)
            {
                output.WriteEndObject();
            }
        }

        output.WriteEndObject();
    }

    private static void WriteChoice(ToolChoice choice, IReadOnlyList<ToolDefinition> tools, bool nested, Utf8JsonWriter output)
    {
        if (choice.Kind != ToolChoiceKind.Named)
        {
            output.WriteString("tool_choice", choice.Kind switch
            {
                ToolChoiceKind.None => "none",
                ToolChoiceKind.Required => "required",
                _ => "auto",
            });
            return;
        }

        var name = choice.Names[0];
        var type = tools.Any(tool => tool.Name == name && OpenAiTools.IsCustom(tool)) ? "custom" : "function";
        output.WriteStartObject("tool_choice");
        output.WriteString("type", type);
        if (nested)
        {
            output.WriteStartObject(type);
        }

        output.WriteString("name", name);
        if (nested)
        {
            output.WriteEndObject();
        }

        output.WriteEndObject();
    }
}
