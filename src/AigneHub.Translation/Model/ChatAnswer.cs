using AigneHub.Providers;

namespace AigneHub.Translation.Model;

/// <summary>A whole answer.</summary>
/// <param name="Id">The vendor's; null when it has none.</param>
/// <param name="Model">As the vendor names it; null when it doesn't.</param>
/// <param name="Items">Messages of the assistant, tool calls, reasoning, in order.</param>
public sealed record ChatAnswer(string? Id, string? Model, IReadOnlyList<ChatItem> Items, FinishReason Finish, TokenUsage? Usage)
{
    /// <summary>The sequence of <see cref="FinishReason.StopSequence"/>; null when the vendor doesn't say which.</summary>
    public string? StopSequence { get; init; }
}

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>The model had nothing more to say.</summary>
    Stop,
    StopSequence,

    /// <summary>The limit of tokens, or of the context.</summary>
    Length,
    ToolCalls,

    /// <summary>The vendor's filter stopped it or withheld it.</summary>
    ContentFilter,

    /// <summary>The model declined (Anthropic's <c>refusal</c>).</summary>
    Refusal,

    /// <summary>A long turn of the vendor's own tools pauses (Anthropic's <c>pause_turn</c>): to be sent again to go on.</summary>
    Pause,

    /// <summary>The vendor's own trouble, e.g. a malformed tool call.</summary>
    Failed,
}
