using AigneHub.Core.Routing;

namespace AigneHub.Translation.Model;

/// <summary>One thing that was said or done, in a request or an answer.</summary>
public abstract record ChatItem
{
    /// <summary>The vendor's own id of the item; null when it has none.</summary>
    public string? Id { get; init; }
}

public enum ChatRole
{
    /// <summary>Instructions (OpenAI's <c>system</c> and <c>developer</c>, other APIs' <c>system</c> members).</summary>
    System,
    User,
    Assistant,
}

public sealed record MessageItem(ChatRole Role, IReadOnlyList<ChatPart> Parts) : ChatItem
{
    /// <summary>Of a participant, as OpenAI's chat has it; null for none.</summary>
    public string? Name { get; init; }
}

/// <param name="Arguments">JSON text as the model wrote it, which may be no valid JSON; empty for none.</param>
public sealed record ToolCallItem(string CallId, string Name, string Arguments) : ChatItem
{
    /// <summary>Gemini's <c>thoughtSignature</c> of the call; goes back byte for byte.</summary>
    public string? Signature { get; init; }

    public CacheMarker? Cache { get; init; }

    /// <summary>A call of a custom tool, whose input is free text and not JSON.</summary>
    public bool IsCustom { get; init; }
}

/// <param name="Parts">Text and images, in order; may be empty.</param>
public sealed record ToolResultItem(string CallId, IReadOnlyList<ChatPart> Parts, bool IsError = false) : ChatItem
{
    /// <summary>Of the called tool, where the API says it (Gemini); null: as in the call with the same id.</summary>
    public string? Name { get; init; }

    public CacheMarker? Cache { get; init; }
}

/// <summary>
/// What the model thought. What is signed, encrypted or redacted means something to the API that made it alone, and goes back there
/// byte for byte.
/// </summary>
/// <param name="Text">The thoughts, or their summary; empty when they are not shown.</param>
public sealed record ReasoningItem(string Text) : ChatItem
{
    /// <summary>Whose <see cref="Signature"/>, <see cref="Encrypted"/> or <see cref="Redacted"/> it is; null when there is none.</summary>
    public ModelApi? Origin { get; init; }

    /// <summary>Anthropic's (and Bedrock's) signature of <see cref="Text"/>, Gemini's of a thought or text.</summary>
    public string? Signature { get; init; }

    /// <summary>OpenAI's <c>encrypted_content</c>.</summary>
    public string? Encrypted { get; init; }

    /// <summary>Anthropic's <c>redacted_thinking</c> data.</summary>
    public string? Redacted { get; init; }

    /// <summary><see cref="Text"/> is a summary (OpenAI), not the thoughts themselves.</summary>
    public bool IsSummary { get; init; }
}

/// <summary>A piece of a message or of a tool's result.</summary>
public abstract record ChatPart
{
    public CacheMarker? Cache { get; init; }
}

public sealed record TextPart(string Text) : ChatPart
{
    /// <summary>Gemini's <c>thoughtSignature</c> of the text; null for none.</summary>
    public string? Signature { get; init; }
}

/// <summary>A refusal in the model's words (OpenAI).</summary>
public sealed record RefusalPart(string Text) : ChatPart;

/// <summary>
/// An image or a document, by address or with its bytes: exactly one of <see cref="Url"/>, <see cref="Data"/>, <see cref="FileId"/>.
/// </summary>
public sealed record MediaPart(MediaKind Kind) : ChatPart
{
    public string? Url { get; init; }

    /// <summary>Base64 as it came.</summary>
    public string? Data { get; init; }

    /// <summary>A file that a vendor keeps.</summary>
    public string? FileId { get; init; }

    /// <summary>E.g. <c>image/png</c>; null when it is not said.</summary>
    public string? MediaType { get; init; }

    public string? FileName { get; init; }

    /// <summary>OpenAI's <c>detail</c> of an image.</summary>
    public string? Detail { get; init; }

    /// <summary>Gemini's <c>thoughtSignature</c> of an image that it has made; null for none.</summary>
    public string? Signature { get; init; }
}

public enum MediaKind
{
    Image,

    /// <summary>PDF and other documents.</summary>
    File,
    Audio,
    Video,
}
