using AigneHub.Translation.Model;

namespace AigneHub.Translation.Aigne;

/// <summary>AIGNE's parts name a media type at most; the neutral model tells images from documents.</summary>
internal static class AigneMedia
{
    /// <summary>With its kind, and its type where the first bytes or the name tell it.</summary>
    public static MediaPart Known(MediaPart file)
    {
        var type = MediaSniff.TypeOf(file);
        return file with { Kind = KindOf(type ?? "application/octet-stream"), MediaType = type };
    }

    /// <param name="type">Null: unknown, taken for an image, which is what addresses mostly name.</param>
    public static MediaKind KindOf(string? type) =>
        type is null || Is(type, "image/") ? MediaKind.Image
        : Is(type, "audio/") ? MediaKind.Audio
        : Is(type, "video/") ? MediaKind.Video
        : MediaKind.File;

    /// <summary>What a <c>data:</c> URL says, or what the path's ending tells; null when nothing does.</summary>
    public static string? TypeOfUrl(string url)
    {
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return url["data:".Length..].Split(';', ',')[0];
        }

        var path = Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.AbsolutePath : "";
        return MediaSniff.TypeOf(new MediaPart(MediaKind.File) { FileName = path });
    }

    private static bool Is(string type, string family) => type.StartsWith(family, StringComparison.OrdinalIgnoreCase);
}
