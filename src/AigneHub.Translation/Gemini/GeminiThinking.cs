using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Writes <c>thinkingConfig</c> (<see href="https://ai.google.dev/gemini-api/docs/thinking"/>). Words become budgets as
/// Google's own translation of OpenAI's API has it (<see href="https://ai.google.dev/gemini-api/docs/openai#thinking"/>).
/// </summary>
internal static class GeminiThinking
{
    /// <summary>Tokens; the least that a Pro model of Gemini 2.5 takes.</summary>
    private const int ProBudgetMin = 128;

    public static void Write(ReasoningRequest reasoning, GeminiModel model, Utf8JsonWriter output, Warnings warnings)
    {
        if (!model.ThinksByLevel && !model.ThinksByBudget)
        {
            // Models that don't think refuse the member. Not to think is what they do anyway.
            if (!IsOff(reasoning))
            {
                warnings.Drop("reasoning");
            }

            return;
        }

        if (IsOff(reasoning) && (model.ThinksByLevel || model.IsPro))
        {
            warnings.Drop("reasoning:none");
        }

        output.WriteStartObject("thinkingConfig");
        if (model.ThinksByLevel)
        {
            WriteLevel(reasoning, model, output);
        }
        else if (BudgetOf(reasoning, model) is { } budget)
        {
            output.WriteNumber("thinkingBudget", budget);
        }

        if (reasoning.Summary is { } summary)
        {
            output.WriteBoolean("includeThoughts", summary);
        }

        output.WriteEndObject();
    }

    /// <summary>A level and a budget in one request are an error.</summary>
    private static void WriteLevel(ReasoningRequest reasoning, GeminiModel model, Utf8JsonWriter output)
    {
        var level = IsOff(reasoning) ? "minimal" : reasoning.Effort switch
        {
            "xhigh" or "max" => "high",
            var effort => effort,
        };
        if (level is not null)
        {
            output.WriteString("thinkingLevel", level == "minimal" && model.IsPro ? "low" : level);
        }
        else if (reasoning.BudgetTokens is { } budget)
        {
            output.WriteNumber("thinkingBudget", budget);
        }
    }

    private static int? BudgetOf(ReasoningRequest reasoning, GeminiModel model) =>
        IsOff(reasoning) ? model.IsPro ? ProBudgetMin : 0
        : reasoning.BudgetTokens ?? reasoning.Effort switch
        {
            "minimal" or "low" => 1_024,
            "medium" => 8_192,
            "high" or "xhigh" or "max" => 24_576,
            _ => null,
        };

    private static bool IsOff(ReasoningRequest reasoning) => reasoning.Effort == "none" || reasoning.BudgetTokens == 0;
}
