using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// The most tokens that a request's prompt can have. No vendor makes more tokens of a text than it has bytes; what stands
/// elsewhere and is only named (files, earlier answers), and documents, whose pages are seen as images, can fill all of the
/// model's window.
/// </summary>
internal readonly ref struct PromptBound
{
    /// <summary>Of an image in the highest resolution that vendors count, rounded up.</summary>
    private const long TokensPerImage = 5_000;

    /// <summary>What other vendors' tokenizers make more of a text than the hub's own, and what they add to a message.</summary>
    private const long CountedPercent = 150;
    private const long CountedExtra = 256;

    /// <summary>Names of what is found by them.</summary>
    private static readonly string[] References = ["file_id", "fileId", "file_url", "fileUri", "file_uri"];

    /// <summary>Names of objects that hold files.</summary>
    private static readonly string[] Files = ["fileData", "file_data", "document_url", "video_url"];

    /// <summary>Words of <c>type</c>.</summary>
    private static readonly string[] FileTypes =
        ["document", "document_url", "file", "input_file", "item_reference", "video", "video_url", "input_video"];

    private static readonly string[] Pictures = ["image_url", "input_image", "image"];

    private static readonly string[] MediaTypes = ["mimeType", "mime_type", "media_type"];

    private readonly Exchange _exchange;
    private readonly ReadOnlySpan<byte> _body;
    private readonly long _images;
    private readonly bool _hasSound;

    /// <param name="asked">Of its request.</param>
    public PromptBound(Exchange exchange, AskedOutput asked)
    {
        _exchange = exchange;
        _body = exchange.Body.Bytes.Span;
        var fills = true;
        try
        {
            Look(_body, exchange.Front.Api == ModelApi.AigneChat, out _images, out _hasSound, out fills);
        }
        catch (InvalidOperationException)
        {
            // Text that can't be read can be anything.
        }

        FillsWindow = fills || exchange.Head.PreviousResponse is not null || asked.NamesKept;
    }

    /// <summary>It names what stands elsewhere, or holds documents.</summary>
    public bool FillsWindow { get; }

    /// <summary>Without counting.</summary>
    public long ByBytes => _body.Length + (_images * TokensPerImage) + CountedExtra;

    /// <summary>By the tokenizer, which takes its time; null when the request holds what it can't count.</summary>
    public long? Counted(TokenCounter tokens)
    {
        if (FillsWindow || _hasSound)
        {
            return null;
        }

        var counted = AnswerReaders.For(_exchange.Front.Api).CountPrompt(_body, tokens);
        return (counted * CountedPercent / 100) + (_images * TokensPerImage) + CountedExtra;
    }

    /// <summary>What is in it besides text: told by names, by the words of <c>type</c>, and by media types.</summary>
    private static void Look(ReadOnlySpan<byte> body, bool isAigne, out long images, out bool hasSound, out bool fills)
    {
        (images, hasSound, fills) = (0, false, false);
        var (parts, pictures) = (0L, 0L);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        while (!fills && reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isType = reader.ValueTextEquals("type"u8);
            var isMedia = Is(ref reader, MediaTypes);
            var isReference = Is(ref reader, References);
            var isFile = Is(ref reader, Files);
            images += Is(ref reader, Pictures) ? 1 : 0;
            hasSound |= reader.ValueTextEquals("input_audio"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                // A tool's parameter of such a name is described by an object.
                fills |= isReference || isFile || (isType && !isAigne && Is(ref reader, FileTypes));
                images += isType && Is(ref reader, Pictures) ? 1 : 0;
                parts += isType && isAigne && (reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("file"u8)) ? 1 : 0;
                var media = isMedia ? reader.GetString()! : "text/";
                pictures += media.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
                fills |= !media.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
                    && !media.StartsWith("text/", StringComparison.OrdinalIgnoreCase) && media != "application/json";
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                fills |= isFile;
            }
        }

        images += pictures;
        fills |= parts > pictures;
    }

    private static bool Is(ref Utf8JsonReader reader, string[] texts)
    {
        foreach (var text in texts)
        {
            // The length first: it differs for almost every name there is.
            if ((reader.ValueSpan.Length == text.Length || reader.ValueIsEscaped) && reader.ValueTextEquals(text))
            {
                return true;
            }
        }

        return false;
    }
}
