using AigneHub.Gateway.Bodies;
using AigneHub.Providers.Upstream;
using AigneHub.Translation.Images;

namespace AigneHub.Gateway.Attempts;

/// <summary>A form's file as an image: of the type that its first bytes show, whatever the client says of it.</summary>
internal static class ImageFile
{
    private const int HeadBytes = 12;

    public static ImageInput Of(FormPart part) => new(TypeOf(part.Content), part.Content);

    /// <summary><c>application/octet-stream</c> when the first bytes are of no image that is known.</summary>
    public static string TypeOf(PayloadPiece content)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        return TypeOf(head[..content.Read(0, head)]);
    }

    private static string TypeOf(ReadOnlySpan<byte> head) =>
        head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? "image/png"
        : head is [0xff, 0xd8, 0xff, ..] ? "image/jpeg"
        : head is [_, _, _, _, _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] ? "image/webp"
        : head.StartsWith("GIF8"u8) ? "image/gif"
        : "application/octet-stream";
}
