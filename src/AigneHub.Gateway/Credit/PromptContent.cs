using System.Text;

namespace AigneHub.Gateway.Credit;

/// <summary>What a request holds besides text: told by names, by the words of <c>type</c>, and by media types.</summary>
internal struct PromptContent
{
    private long _keyed;
    private long _typed;
    private long _parts;
    private long _pictures;
    private bool _fills;

    /// <summary>Pictures that are to be seen: an API tells of each by its member, its type or its media type, or by several.</summary>
    public readonly long Images => Math.Max(Math.Max(_keyed, _typed), _pictures);

    /// <summary>Files in it are text.</summary>
    public bool HasTextFiles { get; private set; }

    public bool HasSound { get; private set; }

    /// <summary>
    /// It names what stands elsewhere (a file), or holds what is seen as images (documents, videos), or what can't be read.
    /// </summary>
    public readonly bool Fills => _fills || _parts > _pictures;

    /// <summary>What its text would be can't be said: half a surrogate pair.</summary>
    public void HoldsUnreadable() => _fills = true;

    /// <summary>It names what stands elsewhere.</summary>
    public void HoldsReference(bool does) => _fills |= does;

    /// <summary>What a member's name says. Values are looked at for those alone that <see cref="Mark"/> has told of.</summary>
    /// <param name="name">Without escapes.</param>
    public Mark Name(ReadOnlySpan<byte> name)
    {
        // By the length first: it differs for almost every name there is.
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("type"u8):
                return Mark.Type;
            case 5 when name.SequenceEqual("image"u8):
            case 9 when name.SequenceEqual("image_url"u8):
            case 11 when name.SequenceEqual("input_image"u8):
                _keyed++;
                return Mark.None;
            case 11 when name.SequenceEqual("input_audio"u8):
                HasSound = true;
                return Mark.None;
            case 8 when name.SequenceEqual("mimeType"u8):
            case 9 when name.SequenceEqual("mime_type"u8):
            case 10 when name.SequenceEqual("media_type"u8):
                return Mark.Media;
            case 6 when name.SequenceEqual("fileId"u8):
            case 7 when name.SequenceEqual("file_id"u8) || name.SequenceEqual("fileUri"u8):
            case 8 when name.SequenceEqual("file_url"u8) || name.SequenceEqual("file_uri"u8):
                return Mark.Reference;
            case 8 when name.SequenceEqual("fileData"u8):
            case 9 when name.SequenceEqual("file_data"u8) || name.SequenceEqual("video_url"u8):
            case 12 when name.SequenceEqual("document_url"u8):
                return Mark.File;
            default:
                return Mark.None;
        }
    }

    /// <summary>What a text under such a name says. A tool's parameter of such a name is described by an object.</summary>
    /// <param name="text">Without escapes.</param>
    /// <param name="isAigne">AIGNE's own words.</param>
    public void Text(Mark mark, ReadOnlySpan<byte> text, bool isAigne)
    {
        switch (mark)
        {
            case Mark.Type:
                Type(text, isAigne);
                break;
            case Mark.Media:
                var isPicture = StartsWith(text, "image/");
                _pictures += isPicture ? 1 : 0;
                var isText = StartsWith(text, "text/") || text.SequenceEqual("application/json"u8);
                HasTextFiles |= isText;
                _fills |= !isPicture && !isText;
                break;
            case Mark.Reference or Mark.File:
                _fills = true;
                break;
            default:
                break;
        }
    }

    /// <summary>An object stands under such a name.</summary>
    public void Object(Mark mark) => _fills |= mark == Mark.File;

    private void Type(ReadOnlySpan<byte> word, bool isAigne)
    {
        switch (word.Length)
        {
            case 5 when word.SequenceEqual("image"u8):
            case 9 when word.SequenceEqual("image_url"u8):
            case 11 when word.SequenceEqual("input_image"u8):
                _typed++;
                break;
            case 3 when isAigne && word.SequenceEqual("url"u8):
            case 4 when isAigne && word.SequenceEqual("file"u8):
                _parts++;
                break;
            case 4 when word.SequenceEqual("file"u8):
            case 5 when word.SequenceEqual("video"u8):
            case 8 when word.SequenceEqual("document"u8):
            case 9 when word.SequenceEqual("video_url"u8):
            case 10 when word.SequenceEqual("input_file"u8):
            case 11 when word.SequenceEqual("input_video"u8):
            case 12 when word.SequenceEqual("document_url"u8):
            case 14 when word.SequenceEqual("item_reference"u8):
                _fills |= !isAigne;
                break;
            default:
                break;
        }
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, string start) =>
        text.Length >= start.Length && Ascii.EqualsIgnoreCase(text[..start.Length], start);

    /// <summary>What a name makes of its value.</summary>
    public enum Mark
    {
        None,

        /// <summary>The word of <c>type</c>.</summary>
        Type,

        /// <summary>A media type.</summary>
        Media,

        /// <summary>The name of a file, if it is a text.</summary>
        Reference,

        /// <summary>A file.</summary>
        File,
    }
}
