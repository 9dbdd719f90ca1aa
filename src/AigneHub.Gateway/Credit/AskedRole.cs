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
}
