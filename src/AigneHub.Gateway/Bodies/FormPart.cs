using System.Text;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Bodies;

/// <summary>A field or a file of a form.</summary>
/// <param name="Name">1 to 256 bytes in UTF-8, without quotes, backslashes and control characters.</param>
/// <param name="FileName">Null for a field.</param>
/// <param name="ContentType">As the part has it; null for none.</param>
/// <param name="Content">Its bytes, in memory or in the spooled file. They are the form's, and gone with it.</param>
internal sealed record FormPart(string Name, string? FileName, string? ContentType, PayloadPiece Content)
{
    public const int NameBytesMax = 256;

    public bool IsFile => FileName is not null;

    /// <summary>A name that other readers can't take for another one.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax
        && !name.Any(c => char.IsControl(c) || c is '"' or '\\' or '\uFFFD');

    /// <summary>By <paramref name="name"/>, or as one of a list of that name: <c>image</c> and <c>image[]</c>.</summary>
    public bool IsNamed(string name) => Name == name || Name == name + "[]";
}
