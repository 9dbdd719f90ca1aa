using AigneHub.Translation.Model;

namespace AigneHub.Translation;

/// <summary>What kind of bytes a part holds, where the caller doesn't say.</summary>
internal static class MediaSniff
{
    /// <summary>E.g. <c>image/png</c>, in lower case without parameters; null when nothing tells.</summary>
    public static string? TypeOf(MediaPart part)
    {
        if (part.MediaType is { Length: > 0 } said)
        {
            return said.Split(';', 2)[0].Trim().ToLowerInvariant() is var type && type == "image/jpg" ? "image/jpeg" : type;
        }

        // The first bytes in Base64.
        var data = part.Data ?? "";
        return data.StartsWith("iVBORw0KGgo", StringComparison.Ordinal) ? "image/png"
            : data.StartsWith("/9j/", StringComparison.Ordinal) ? "image/jpeg"
            : data.StartsWith("R0lGOD", StringComparison.Ordinal) ? "image/gif"
            : data.StartsWith("UklGR", StringComparison.Ordinal) ? "image/webp"
            : data.StartsWith("JVBERi0", StringComparison.Ordinal) ? "application/pdf"
            : Path.GetExtension(part.FileName ?? "").ToLowerInvariant() switch
            {
                ".pdf" => "application/pdf",
                ".txt" => "text/plain",
                ".md" => "text/markdown",
                ".csv" => "text/csv",
                ".html" => "text/html",
                _ => null,
            };
    }
}
