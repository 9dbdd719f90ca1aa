using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>Writes tools and their choice (<see href="https://docs.claude.com/en/api/messages"/>).</summary>
internal static class ToolWriter
{
    public static void Write(ToolPlan plan, ClaudeModel model, Utf8JsonWriter output)
    {
        if (plan.Tools.Count == 0)
        {
            return;
        }

        output.WriteStartArray("tools");
        foreach (var tool in plan.Tools)
        {
            WriteTool(tool, model, output);
        }

        output.WriteEndArray();
        WriteChoice(plan, output);
    }

    private static void WriteTool(ToolDefinition tool, ClaudeModel model, Utf8JsonWriter output)
    {
        var isStrict = tool.Strict == true && model.HasJsonSchema;
        output.WriteStartObject();
        output.WriteString("name", tool.Name);
        if (tool.Description is { } description)
        {
            output.WriteString("description", description);
        }

        output.WritePropertyName("input_schema");
        output.WriteRawValue(
            isStrict && tool.Parameters is { } schema ? ClosedSchema.Of(schema) : ToolPlan.SchemaOf(tool),
            skipInputValidation: true);
        if (isStrict)
        {
            output.WriteBoolean("strict", true);
        }

        MessagesContentWriter.WriteCache(output, tool.Cache);
        output.WriteEndObject();
    }

    private static void WriteChoice(ToolPlan plan, Utf8JsonWriter output)
    {
        if (plan.Choice is null && plan.IsParallel is not false)
        {
            return;
        }

        var kind = plan.Choice?.Kind ?? ToolChoiceKind.Auto;
        output.WriteStartObject("tool_choice");
        output.WriteString("type", kind switch
        {
            ToolChoiceKind.None => "none",
            ToolChoiceKind.Required => "any",
            ToolChoiceKind.Named => "tool",
            _ => "auto",
        });
        if (kind == ToolChoiceKind.Named)
        {
            output.WriteString("name", plan.Choice!.Names[0]);
        }

        if (kind != ToolChoiceKind.None && plan.IsParallel is { } isParallel)
        {
            output.WriteBoolean("disable_parallel_tool_use", !isParallel);
        }

        output.WriteEndObject();
    }
}
