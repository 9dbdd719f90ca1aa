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
}
