using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// The most tokens that a request's prompt can have. No vendor makes more tokens of a text than it has bytes; what stands
/// elsewhere and is only named (files, earlier answers) can fill all of the model's window.
/// </summary>
internal readonly ref struct PromptBound
{
    /// <summary>Of an image in the highest resolution that vendors count, rounded up.</summary>
    private const long TokensPerImage = 5_000;

    /// <summary>What other vendors' tokenizers make more of a text than the hub's own, and what they add to a message.</summary>
    private const long CountedPercent = 150;
    private const long CountedExtra = 256;

    private readonly Exchange _exchange;
    private readonly ReadOnlySpan<byte> _body;
    private readonly long _images;

    /// <param name="asked">Of its request.</param>
    public PromptBound(Exchange exchange, AskedOutput asked)
    {
        _exchange = exchange;
        _body = exchange.Body.Bytes.Span;
        _images = _body.Count("\"image"u8) + _body.Count("\"input_image"u8) + _body.Count("\"fileData"u8) + _body.Count("\"inlineData"u8);
        FillsWindow = _body.IndexOf("\"file_id\""u8) >= 0 || _body.IndexOf("\"file_url\""u8) >= 0
            || _body.IndexOf("\"fileUri\""u8) >= 0 || _body.IndexOf("\"file_uri\""u8) >= 0
            || exchange.Head.PreviousResponse is not null
            || (asked.NamesKept && exchange.Front.Api is ModelApi.OpenAiResponses or ModelApi.GeminiGenerateContent);
    }

    /// <summary>It names what stands elsewhere.</summary>
    public bool FillsWindow { get; }

    /// <summary>Without looking into it.</summary>
    public long ByBytes => _body.Length + (_images * TokensPerImage) + CountedExtra;

    /// <summary>By the tokenizer, which takes its time; null when the request holds what it can't count.</summary>
    public long? Counted(TokenCounter tokens)
    {
        if (FillsWindow || _body.IndexOf("\"input_audio"u8) >= 0 || _body.IndexOf("\"file"u8) >= 0 || _body.IndexOf("\"input_file"u8) >= 0
            || _body.IndexOf("\"inline"u8) >= 0 || _body.IndexOf("\"document"u8) >= 0 || _body.IndexOf("\"video"u8) >= 0)
        {
            return null;
        }

        var counted = AnswerReaders.For(_exchange.Front.Api).CountPrompt(_body, tokens);
        return (counted * CountedPercent / 100) + (_images * TokensPerImage) + CountedExtra;
    }
}
