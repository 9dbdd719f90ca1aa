using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>Finish reasons (<see href="https://ai.google.dev/api/generate-content#FinishReason"/>), both ways.</summary>
internal static class GeminiFinish
{
    public const string MalformedCall = "MALFORMED_FUNCTION_CALL";

    /// <param name="reason">Null or unknown words end an answer as it stands.</param>
    /// <param name="hasCalls">Google says <c>STOP</c> after calls too.</param>
    public static FinishReason Read(string? reason, bool hasCalls) => reason switch
    {
        "MAX_TOKENS" => FinishReason.Length,
        "SAFETY" or "RECITATION" or "LANGUAGE" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "MODEL_ARMOR"
            or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => FinishReason.ContentFilter,
        MalformedCall or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MISSING_THOUGHT_SIGNATURE"
            or "MALFORMED_RESPONSE" or "NO_IMAGE" or "IMAGE_OTHER" or "OTHER" => FinishReason.Failed,
        _ => hasCalls ? FinishReason.ToolCalls : FinishReason.Stop,
    };

    public static string Write(FinishReason finish) => finish switch
    {
        FinishReason.Length => "MAX_TOKENS",
        FinishReason.ContentFilter or FinishReason.Refusal => "SAFETY",
        FinishReason.Failed or FinishReason.Pause => "OTHER",
        _ => "STOP",
    };
}
