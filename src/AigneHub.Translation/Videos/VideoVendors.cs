using AigneHub.Core.Routing;

namespace AigneHub.Translation.Videos;

/// <summary>The APIs by which videos are made.</summary>
public static class VideoVendors
{
    public static IVideoVendor OpenAi { get; } = new OpenAiVideos();

    public static VeoVideos Veo { get; } = new();

    /// <param name="api">OpenAI's or Veo's.</param>
    public static IVideoVendor Of(ModelApi api) => api == ModelApi.GoogleVeo ? Veo : OpenAi;
}
