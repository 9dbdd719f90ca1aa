namespace AigneHub.Core.Routing;

/// <summary>OpenAI's audio APIs, whose calls a Gemini model can answer that hears or speaks.</summary>
public static class AudioApis
{
    /// <summary>Part of the names of all models that speak: https://ai.google.dev/gemini-api/docs/speech-generation</summary>
    private const string Speaks = "-tts";

    /// <summary>The API that answers in place of an audio API; null when the model is of the other kind, or the API of another.</summary>
    /// <param name="model">The vendor's name.</param>
    public static ModelApi? InsteadOf(ModelApi api, string model)
    {
        var speaks = model.Contains(Speaks, StringComparison.OrdinalIgnoreCase);
        return api switch
        {
            ModelApi.OpenAiTranscriptions or ModelApi.OpenAiTranslations when !speaks => ModelApi.GeminiGenerateContent,
            ModelApi.OpenAiSpeech when speaks => ModelApi.GeminiGenerateContent,
            _ => null,
        };
    }
}
