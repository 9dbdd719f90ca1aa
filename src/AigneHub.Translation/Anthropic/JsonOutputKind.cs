namespace AigneHub.Translation.Anthropic;

/// <summary>How structured output is asked for; see <see cref="JsonOutputTool"/>.</summary>
internal enum JsonOutputKind
{
    None,

    /// <summary>By the API's own member.</summary>
    Native,
    Tool,

    /// <summary>By words in the instructions.</summary>
    Instruction,
}
