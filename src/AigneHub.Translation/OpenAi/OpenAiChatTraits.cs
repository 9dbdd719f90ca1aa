using AigneHub.Providers;

namespace AigneHub.Translation.OpenAi;

/// <summary>How a vendor's chat completions depart from OpenAI's.</summary>
/// <param name="StreamOptions">It takes <c>stream_options</c>; see <see cref="ProviderRow.TakesStreamOptions"/>.</param>
/// <param name="CompletionLimit">
/// It takes <c>max_completion_tokens</c>; else <c>max_tokens</c>, which OpenAI's reasoning models refuse and all others know.
/// </param>
/// <param name="Quirks">Of the usage.</param>
/// <param name="ReasoningBack">
/// It wants <c>reasoning_content</c> of earlier answers back (<see href="https://api-docs.deepseek.com/guides/thinking_mode"/>).
/// </param>
/// <param name="CallIdLength">
/// 0: ids of calls as they are, up to 40 characters (OpenAI's limit); else exactly so many letters and digits
/// (<see href="https://mistralai.github.io/mistral-common/usage/tools/"/>).
/// </param>
/// <param name="SignsCalls">Google's: signatures of calls are in <c>extra_content</c>.</param>
/// <param name="Hints">It takes <c>seed</c> and <c>user</c>; Mistral answers members that it doesn't know with 422.</param>
public sealed record OpenAiChatTraits(
    bool StreamOptions = true, bool CompletionLimit = true, UsageQuirks Quirks = UsageQuirks.None, bool ReasoningBack = false,
    int CallIdLength = 0, bool SignsCalls = false, bool Hints = true)
{
    private const int MistralIdLength = 9;

    /// <summary>
    /// Of a vendor of <see cref="ProviderTable"/>. <c>max_completion_tokens</c> goes to those whose documentation has it; a
    /// vendor that is not in the table has its API from somewhere else, where <c>max_tokens</c> is the older and surer word.
    /// </summary>
    /// <param name="row">Null: a vendor that is configured by hand.</param>
    public static OpenAiChatTraits Of(ProviderRow? row) => new(
        row?.TakesStreamOptions ?? true,
        row?.Id is "openai" or "azure-openai" or "groq" or "cerebras" or "xai" or "openrouter" or "fireworks",
        row?.Quirks ?? UsageQuirks.None,
        row?.Id is "deepseek",
        row?.Id is "mistral" ? MistralIdLength : 0,
        row?.Id is "google" or "vertex",
        row?.Id is not "mistral");
}
