namespace AigneHub.Core.Keys;

/// <summary>Which calls a key may be used for. The names are stored and shown.</summary>
public enum KeyScope
{
    /// <summary>Conversations: OpenAI's chat and completions, Gemini's generateContent and countTokens, AIGNE's chat.</summary>
    Chat,

    /// <summary>OpenAI's Responses, kept ones too.</summary>
    Responses,

    /// <summary>Anthropic's Messages and count_tokens.</summary>
    Messages,

    Embeddings,

    Images,

    /// <summary>Transcription, translation, speech.</summary>
    Audio,

    /// <summary>Videos, kept ones too.</summary>
    Videos,

    Rerank,

    Moderations,

    /// <summary>The lists of models and prices.</summary>
    Models,

    /// <summary>What its own account has used and stands at.</summary>
    Account,

    /// <summary>Keys of one's own.</summary>
    Keys,

    /// <summary>Spending its account's money at the payment provider.</summary>
    Payments,

    /// <summary>All other management calls.</summary>
    Management,
}
