using System.Globalization;
using System.Text;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Formats and names of images and documents
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html"/>,
/// <see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html"/>).
/// </summary>
internal static class ConverseMedia
{
    /// <summary>Characters of a document's name.</summary>
    private const int NameMax = 200;

    /// <summary>Null when the API has none for it.</summary>
    public static string? FormatOf(MediaPart media) => (media.Kind, MediaSniff.TypeOf(media)) switch
    {
        (MediaKind.Image, "image/png") => "png",
        (MediaKind.Image, "image/jpeg") => "jpeg",
        (MediaKind.Image, "image/gif") => "gif",
        (MediaKind.Image, "image/webp") => "webp",
        (MediaKind.File, "application/pdf") => "pdf",
        (MediaKind.File, "text/plain") => "txt",
        (MediaKind.File, "text/markdown") => "md",
        (MediaKind.File, "text/csv") => "csv",
        (MediaKind.File, "text/html") => "html",
        (MediaKind.File, "application/msword") => "doc",
        (MediaKind.File, "application/vnd.openxmlformats-officedocument.wordprocessingml.document") => "docx",
        (MediaKind.File, "application/vnd.ms-excel") => "xls",
        (MediaKind.File, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") => "xlsx",
        _ => null,
    };

    /// <summary>
    /// The name in the characters that the API takes (letters, digits, single spaces, hyphens, brackets), with a number: names
    /// must differ within a request.
    /// </summary>
    public static string NameOf(string? fileName, int number)
    {
        var name = new StringBuilder();
        foreach (var character in (fileName ?? "document").Take(NameMax - 12))
        {
            var isTaken = char.IsAsciiLetterOrDigit(character) || "-()[]".Contains(character, StringComparison.Ordinal);
            if (isTaken || (name.Length > 0 && name[^1] != ' '))
            {
                name.Append(isTaken ? character : ' ');
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{name.ToString().Trim()} {number}").Trim();
    }
}
