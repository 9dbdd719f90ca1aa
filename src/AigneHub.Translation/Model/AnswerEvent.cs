using AigneHub.Core.Routing;
using AigneHub.Providers;

namespace AigneHub.Translation.Model;

/// <summary>
/// A step of a streamed answer. Order: <see cref="AnswerStarted"/> once; for each item <see cref="ItemStarted"/>, any number of
/// <see cref="ItemDelta"/> and <see cref="ItemSealed"/>, <see cref="ItemEnded"/>; items may overlap (parallel tool calls) and their
/// indexes ascend from 0 by one; <see cref="AnswerFinished"/>; <see cref="UsageReported"/> any time, the last one counts.
/// </summary>
public abstract record AnswerEvent;

public sealed record AnswerStarted(string? Id, string? Model) : AnswerEvent;

public enum AnswerItemKind
{
    Text,
    Refusal,
    Reasoning,
    ToolCall,

    /// <summary>An image or file that the model has made; it comes whole.</summary>
    Media,
}

/// <param name="Id">Of a tool call: its call id.</param>
/// <param name="Name">Of a tool call: the tool's.</param>
public sealed record ItemStarted(int Index, AnswerItemKind Kind, string? Id = null, string? Name = null) : AnswerEvent
{
    /// <summary>See <see cref="ToolCallItem.IsCustom"/>.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Of <see cref="AnswerItemKind.Media"/>, never null there.</summary>
    public MediaPart? Media { get; init; }
}

/// <param name="Text">More of the text, the thoughts, or the tool call's arguments.</param>
public sealed record ItemDelta(int Index, string Text) : AnswerEvent;

/// <summary>What seals an item; see <see cref="ReasoningItem"/> and <see cref="ToolCallItem.Signature"/>.</summary>
public sealed record ItemSealed(
    int Index, ModelApi Origin, string? Signature, string? Encrypted = null, string? Redacted = null) : AnswerEvent;

public sealed record ItemEnded(int Index) : AnswerEvent;

public sealed record UsageReported(TokenUsage Usage) : AnswerEvent;

public sealed record AnswerFinished(FinishReason Finish, string? StopSequence = null) : AnswerEvent;
