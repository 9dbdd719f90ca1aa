namespace AigneHub.Providers;

/// <summary>How a vendor's <c>usage</c> object departs from OpenAI's.</summary>
[Flags]
public enum UsageQuirks
{
    None = 0,

    /// <summary>
    /// Reasoning is counted in <c>total_tokens</c> only, neither in <c>completion_tokens</c> nor in its details:
    /// output = total − prompt.
    /// </summary>
    HiddenOutputInTotal = 1,

    /// <summary>
    /// Audio of less than ten seconds is charged as ten (<see href="https://console.groq.com/docs/speech-to-text"/>).
    /// </summary>
    TenSecondsMin = 2,
}
