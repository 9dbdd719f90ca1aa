using AigneHub.Translation.Model;

namespace AigneHub.Translation;

/// <summary>What stands in an answer for an image or file that the client's API has no place for, so that none is lost unseen.</summary>
internal static class MediaNote
{
    public static string Of(MediaPart media)
    {
        var what = media.MediaType ?? media.Kind.ToString().ToLowerInvariant();
        return (media.Url ?? media.FileId) is { } address
            ? $"[{what}: {address}]"
            : $"[The model made a file of the type {what}, which this API can't carry. Call the model through another API to get it.]";
    }
}
