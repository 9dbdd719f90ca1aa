using System.Text.Json;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Writes the <c>toolConfig</c>
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html"/>).
/// </summary>
internal static class ConverseToolWriter
{
    public static void Write(ToolPlan plan, ConverseContentWriter content, Utf8JsonWriter output)
    {
        if (plan.Tools.Count == 0)
        {
            return;
        }

        output.WriteStartObject("toolConfig");
        output.WriteStartArray("tools");
        foreach (var tool in plan.Tools)
        {
            output.WriteStartObject();
            output.WriteStartObject("toolSpec");
            output.WriteString("name", tool.Name);
            if (tool.Description is { Length: > 0 } description)
            {
                output.WriteString("description", description);
            }

            output.WriteStartObject("inputSchema");
            output.WritePropertyName("json");
            output.WriteRawValue(ToolPlan.SchemaOf(tool), skipInputValidation: true);
            output.WriteEndObject();
            output.WriteEndObject();
            output.WriteEndObject();
            content.WriteCachePoint(tool.Cache);
        }

        output.WriteEndArray();
        if (plan.Choice is { } choice)
        {
            output.WriteStartObject("toolChoice");
            output.WriteStartObject(choice.Kind switch
            {
                ToolChoiceKind.Required => "any",
                ToolChoiceKind.Named => "tool",
                _ => "auto",
            });
            if (choice.Kind == ToolChoiceKind.Named)
            {
                output.WriteString("name", choice.Names[0]);
            }

            output.WriteEndObject();
            output.WriteEndObject();
        }

        output.WriteEndObject();
    }
}
