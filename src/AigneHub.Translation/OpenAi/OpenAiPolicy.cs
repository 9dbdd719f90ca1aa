using System.Globalization;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>What both of OpenAI's APIs do with what they can't express.</summary>
internal static class OpenAiPolicy
{
    /// <summary>Longest <c>user</c> that OpenAI takes, in characters.</summary>
    public const int UserMax = 64;

    public const string NoMediaOfAssistant =
        "This model takes no images or files in the assistant's messages: send them as the user's, or leave them out.";

    /// <summary>What would change the answer's meaning; null when there is nothing of it.</summary>
    public static HubError? Refuse(ChatRequest request)
    {
        if (request.Choices > 1)
        {
            return Unsupported("n", "A call is answered once: ask for one answer.");
        }

        return request.TopLogProbabilities is not null
            ? Unsupported("logprobs", "Log probabilities are not translated: leave them out.")
            : null;
    }

    /// <summary>Hints that are lost.</summary>
    public static void Warn(ChatRequest request, Warnings warnings)
    {
        warnings.DropIf(request.TopK is not null, "top_k");
        foreach (var name in request.Others.Keys)
        {
            warnings.DropMember(name);
        }

        warnings.DropIf(request.HasCacheMarkers, "cache_control: the vendor caches by itself");
        warnings.DropIf(request.Items.Any(item => item is ToolResultItem { IsError: true }), "is_error: the result's text stands");
    }

    /// <summary>
    /// OpenAI's reasoning models take no other temperature and top_p than 1
    /// (<see href="https://platform.openai.com/docs/guides/latest-model"/>): o1 and its followers and the first GPT-5 never,
    /// later ones unless they don't reason.
    /// </summary>
    public static bool TakesSampling(string model, string? effort)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        if (name.StartsWith("gpt-5", StringComparison.Ordinal) && !name.Contains("chat", StringComparison.Ordinal))
        {
            return name.StartsWith("gpt-5.", StringComparison.Ordinal) && effort is null or "none";
        }

        return name is not ['o', >= '1' and <= '9', ..];
    }

    /// <summary>Models of these names don't, and refuse to be asked for encrypted reasoning.</summary>
    public static bool MayReason(string model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        return !name.StartsWith("gpt-3", StringComparison.Ordinal) && !name.StartsWith("gpt-4", StringComparison.Ordinal)
            && !name.StartsWith("chatgpt-", StringComparison.Ordinal) && !name.StartsWith("gpt-5-chat", StringComparison.Ordinal);
    }

    /// <summary>
    /// GPT-5.3 Codex, GPT-5.4 and later: assistant's messages bear a <c>phase</c>
    /// (<see href="https://platform.openai.com/docs/guides/latest-model"/>).
    /// </summary>
    public static bool LabelsPhases(string model)
    {
        const string Family = "gpt-";
        var name = model[(model.LastIndexOf('/') + 1)..];
        if (!name.StartsWith(Family, StringComparison.Ordinal))
        {
            return false;
        }

        var number = name[Family.Length..].Split('-')[0];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version)
            && (version >= 5.4 || (version >= 5.3 && name.Contains("codex", StringComparison.Ordinal)));
    }

    public static HubError Unsupported(string param, string message) =>
        new(400, "unsupported_parameter", Blame.Caller, message, param);
}
