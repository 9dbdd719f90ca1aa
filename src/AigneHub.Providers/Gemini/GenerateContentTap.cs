using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// Watches a stream of answers (<see href="https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent"/>,
/// <c>alt=sse</c>) go by. Nothing marks its end: it is whole when every candidate that came has its finish reason.
/// </summary>
internal sealed class GenerateContentTap(int textBytesMax) : SseStreamTap(textBytesMax)
{
    private GeminiUsage _usage;
    private ulong _candidates;
    private ulong _finished;
    private bool _blocked;

    private protected override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        var document = GeminiDocument.Read(data, Text);
        if (document.IsError)
        {
            return Failed(data);
        }

        _usage.Read(document.Usage);
        _usage.AddSearches(document.Searches);
        Usage = _usage.Usage;
        _candidates |= document.Candidates;
        _finished |= document.Finished;
        _blocked |= document.IsBlocked;
        SawFinish = _blocked || (_candidates != 0 && _candidates == _finished);

        // Without a candidate it is the usage alone, which clients get whether they ask for it or not.
        return document.Candidates != 0 || document.IsBlocked ? StreamEventKind.Content : StreamEventKind.Opening;
    }
}
