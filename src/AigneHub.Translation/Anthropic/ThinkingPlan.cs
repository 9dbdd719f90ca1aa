using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

internal enum ThinkingKind
{
    /// <summary>Nothing is said: the model's default.</summary>
    Unsaid,
    Disabled,
    Budget,
    Adaptive,
}

/// <summary>How a Claude model is told to think, on Anthropic's API and on Bedrock's alike.</summary>
/// <param name="BudgetTokens">Of <see cref="ThinkingKind.Budget"/>: at least 1,024 and below the limit of the answer.</param>
/// <param name="Effort">Of <see cref="ThinkingKind.Adaptive"/>; null: the model's default.</param>
/// <param name="Display"><c>summarized</c>, <c>omitted</c>, or null: the model's default.</param>
internal readonly record struct ThinkingPlan(
    ThinkingKind Kind, int BudgetTokens = 0, string? Effort = null, string? Display = null)
{
    /// <summary>The least budget of tokens that the API takes.</summary>
    private const int BudgetMin = 1024;

    public bool IsOn => Kind is ThinkingKind.Budget or ThinkingKind.Adaptive;

    /// <summary>What the caller asked for, as far as the model and the rest of the request allow it.</summary>
    /// <param name="maxTokens">The limit of the answer.</param>
    /// <param name="isForced">A tool is forced, which excludes thinking.</param>
    public static ThinkingPlan Of(ChatRequest request, ClaudeModel model, int maxTokens, bool isForced, Warnings warnings)
    {
        var off = new ThinkingPlan(
            model.ThinksByDefault && model.CanDisableThinking ? ThinkingKind.Disabled : ThinkingKind.Unsaid);
        if (request.Reasoning is not { } asked)
        {
            return isForced ? off : default;
        }

        if (asked is { Effort: "none" } or { Effort: null, BudgetTokens: 0 })
        {
            if (!model.CanDisableThinking)
            {
                warnings.Drop("reasoning (this model always thinks)");
            }

            return off;
        }

        if (asked is { Effort: null, BudgetTokens: null, Summary: null })
        {
            return default;
        }

        if (isForced)
        {
            warnings.Drop("reasoning (a tool is forced)");
            return off;
        }

        var display = asked.Summary switch { true => "summarized", false => "omitted", null => null };
        if (model.ThinksAdaptively)
        {
            if (asked is { Effort: null, BudgetTokens: > 0 })
            {
                warnings.Drop("reasoning budget (this model decides itself)");
            }

            return new ThinkingPlan(ThinkingKind.Adaptive, 0, EffortOf(asked.Effort, model), display);
        }

        return model.TakesBudget ? Budgeted(asked, request, maxTokens, warnings) : Dropped(warnings, "this model doesn't think");
    }

    private static ThinkingPlan Budgeted(ReasoningRequest asked, ChatRequest request, int maxTokens, Warnings warnings)
    {
        if (asked is { Effort: null, BudgetTokens: null })
        {
            return default; // Only the display was asked for.
        }

        if (maxTokens <= BudgetMin)
        {
            return Dropped(warnings, "the limit of tokens leaves no room");
        }

        if (!Turns.MayThink(request.Items))
        {
            return Dropped(warnings, "the last tool calls come without their thoughts");
        }

        // The shares leave room for the answer, which the limit includes.
        var wanted = asked.BudgetTokens is > 0 and var tokens ? tokens : (int)(maxTokens * (long)PercentOf(asked.Effort) / 100);
        if (asked.BudgetTokens >= maxTokens)
        {
            warnings.Drop("reasoning budget (cut to the limit of tokens)");
        }

        return new ThinkingPlan(ThinkingKind.Budget, Math.Clamp(wanted, BudgetMin, maxTokens - 1));
    }

    private static ThinkingPlan Dropped(Warnings warnings, string reason)
    {
        warnings.Drop($"reasoning ({reason})");
        return default;
    }

    private static int PercentOf(string? effort) => effort switch
    {
        "minimal" => 10,
        "low" => 20,
        "high" => 80,
        "xhigh" or "max" => 90,
        _ => 50,
    };

    private static string? EffortOf(string? effort, ClaudeModel model) => effort switch
    {
        "minimal" or "low" => "low",
        "medium" => "medium",
        "high" => "high",
        "xhigh" => model.HasXHighEffort ? "xhigh" : "high",
        "max" => model.HasMaxEffort ? "max" : "high",
        _ => null,
    };
}
