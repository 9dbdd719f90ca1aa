namespace AigneHub.Gateway.Credit;

/// <summary>What a member of a request says of how much the call may cost.</summary>
internal enum AskedRole
{
    /// <summary>Most output tokens of an answer.</summary>
    Limit,

    /// <summary>How many answers are made of a prompt, those that aren't returned included.</summary>
    Count,

    /// <summary>An object that holds more such members.</summary>
    Group,

    /// <summary>A prompt, a conversation or a cache that the vendor keeps.</summary>
    Kept,

    /// <summary>A list of as many prompts, each of which gets its own answers.</summary>
    Prompts,

    /// <summary>Values that the vendor makes dearer than the model's price.</summary>
    Surcharge,

    /// <summary>With it the vendor does what has no known end or no known price.</summary>
    Unbounded,

    /// <summary>The tools: a list of groups.</summary>
    Tools,

    /// <summary>What kind of tool it is.</summary>
    ToolType,

    /// <summary>How often the vendor may run it, or any.</summary>
    Uses,

    /// <summary>A tool that the vendor runs once at most, and whose result it reads once.</summary>
    ToolOnce,

    /// <summary>A tool that searches.</summary>
    ToolSearch,

    /// <summary>A tool that the caller runs.</summary>
    ToolOfCaller,

    /// <summary>What is said so far: a text, or a list of groups.</summary>
    Items,

    ItemId,
    ItemType,

    /// <summary>Several images of one prompt.</summary>
    Sequence,

    /// <summary>How many of them.</summary>
    SequenceMax,
}
