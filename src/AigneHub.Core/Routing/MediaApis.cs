namespace AigneHub.Core.Routing;

/// <summary>The vendors' APIs that can answer what is asked through OpenAI's APIs of images, videos and audio.</summary>
public static class MediaApis
{
    /// <summary>Part of the names of all Gemini models that speak: https://ai.google.dev/gemini-api/docs/speech-generation</summary>
    private const string Speaks = "-tts";

    private static readonly ModelApi[] Generating = [ModelApi.GoogleImagen, ModelApi.GeminiGenerateContent, ModelApi.IdeogramGenerate];
    private static readonly ModelApi[] Gemini = [ModelApi.GeminiGenerateContent];
    private static readonly ModelApi[] Filming = [ModelApi.GoogleVeo];

    /// <summary>In the order in which they are looked for; empty for APIs of other kinds, and for audio models of the other kind.</summary>
    /// <param name="model">The vendor's name.</param>
    public static IReadOnlyList<ModelApi> InsteadOf(ModelApi api, string model)
    {
        var speaks = model.Contains(Speaks, StringComparison.OrdinalIgnoreCase);
        return api switch
        {
            ModelApi.OpenAiImages => Generating,
            ModelApi.OpenAiImageEdits => Gemini,
            ModelApi.OpenAiVideos => Filming,
            ModelApi.OpenAiTranscriptions or ModelApi.OpenAiTranslations when !speaks => Gemini,
            ModelApi.OpenAiSpeech when speaks => Gemini,
            _ => [],
        };
    }
}
