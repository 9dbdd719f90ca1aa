using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Watches a stream of chunks with <c>choices</c> go by, as the chat and the older completions API have them. Only the
/// events with usage or an error are parsed, from the others the text alone is read.
/// </summary>
public abstract class ChunkStreamTap : SseStreamTap
{
    private readonly UsageQuirks _quirks;

    private protected ChunkStreamTap(UsageQuirks quirks, int textBytesMax)
        : base(textBytesMax) => _quirks = quirks;

    /// <summary>Adds what a chunk says.</summary>
    /// <exception cref="JsonException">The chunk is malformed.</exception>
    private protected abstract void ReadText(ReadOnlySpan<byte> chunk);

    // Passing an event on must not cost a parse of it: what no client could parse is found by its ends and its text.
    private protected sealed override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        ReadText(data);
        SawFinish |= JsonScan.Has(data, "\"finish_reason\""u8, (byte)'"');
        return JsonScan.Has(data, "\"usage\""u8, (byte)'{') || JsonScan.ValueOf(data, "\"error\""u8) >= 0
            ? ReadChunk(data)
            : StreamEventKind.Content;
    }

    private StreamEventKind ReadChunk(ReadOnlySpan<byte> data)
    {
        var document = ChatDocument.Read(data, _quirks);
        if (document.IsError)
        {
            return Failed(data);
        }

        Usage = document.Usage ?? Usage;
        AnswerModel = document.Model ?? AnswerModel;
        return document.Usage is not null && !document.HasChoices ? StreamEventKind.Usage : StreamEventKind.Content;
    }
}
