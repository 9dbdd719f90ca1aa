namespace AigneHub.Core.Routing;

/// <summary>The vendors' APIs that can answer what is asked through OpenAI's APIs of images and videos.</summary>
public static class MediaApis
{
    private static readonly ModelApi[] Generating = [ModelApi.GoogleImagen, ModelApi.GeminiGenerateContent, ModelApi.IdeogramGenerate];
    private static readonly ModelApi[] Editing = [ModelApi.GeminiGenerateContent];
    private static readonly ModelApi[] Filming = [ModelApi.GoogleVeo];

    /// <summary>In the order in which they are looked for; empty for APIs of other kinds.</summary>
    public static IReadOnlyList<ModelApi> InsteadOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiImages => Generating,
        ModelApi.OpenAiImageEdits => Editing,
        ModelApi.OpenAiVideos => Filming,
        _ => [],
    };
}
