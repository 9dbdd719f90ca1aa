using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// How a Claude model draws its tokens, as far as it lets a caller say so
/// (<see href="https://docs.claude.com/en/api/messages"/>; no sampling beside thinking:
/// <see href="https://platform.claude.com/docs/en/build-with-claude/extended-thinking"/>).
/// </summary>
internal readonly record struct SamplingPlan(double? Temperature, double? TopP, int? TopK)
{
    private const double TemperatureMax = 1;

    public static SamplingPlan Of(ChatRequest request, ClaudeModel model, bool isThinking, Warnings warnings)
    {
        var plan = new SamplingPlan(request.Temperature, request.TopP, request.TopK);
        if (plan == default)
        {
            return plan;
        }

        if (!model.HasSampling || isThinking)
        {
            // What is the default anyway is no loss.
            var reason = isThinking ? "the model thinks" : "this model takes none";
            warnings.DropIf(plan.Temperature is not (null or 1), $"temperature ({reason})");
            warnings.DropIf(plan.TopP is not (null or 1), $"top_p ({reason})");
            warnings.DropIf(plan.TopK is not null, $"top_k ({reason})");
            return default;
        }

        if (plan.Temperature > TemperatureMax)
        {
            warnings.Drop("temperature (cut to 1)");
            plan = plan with { Temperature = TemperatureMax };
        }

        if (model.HasOneSampling && plan is { Temperature: not null, TopP: not null })
        {
            warnings.DropIf(plan.TopP != 1, "top_p (this model takes temperature or top_p)");
            plan = plan with { TopP = null };
        }

        return plan;
    }

    /// <summary>The API refuses sequences of nothing but white space.</summary>
    public static IReadOnlyList<string> Stops(ChatRequest request, Warnings warnings)
    {
        var stops = request.Stop.Where(stop => !string.IsNullOrWhiteSpace(stop)).ToList();
        warnings.DropIf(stops.Count < request.Stop.Count, "stop (white space only)");
        return stops;
    }
}
