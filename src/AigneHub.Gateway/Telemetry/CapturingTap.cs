using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;
using AigneHub.Translation;
using AigneHub.Translation.Model;

namespace AigneHub.Gateway.Telemetry;

/// <summary>A tap that reads the content of the stream, too.</summary>
internal sealed class CapturingTap(IStreamTap tap, CallContent content, IVendorReader reader) : IStreamTap
{
    private readonly EventData _data = new();
    private readonly List<AnswerEvent> _events = [];

    public TokenUsage? Usage => tap.Usage;

    public bool SawFinish => tap.SawFinish;

    public bool SawDone => tap.SawDone;

    public bool SawContent => tap.SawContent;

    public string? AnswerId => tap.AnswerId;

    public string? AnswerModel => tap.AnswerModel;

    public VendorError? Error => tap.Error;

    public StreamEventKind Read(ReadOnlySpan<byte> sseEvent)
    {
        var kind = tap.Read(sseEvent);
        // The reason of its end may come with the usage, or with the end.
        if (kind is StreamEventKind.Content or StreamEventKind.Usage or StreamEventKind.Done
            && _data.Of(sseEvent) is { Length: > 0 } data && !data.SequenceEqual("[DONE]"u8))
        {
            reader.Read(data, _events);
            Answer();
        }

        return kind;
    }

    public bool IsWholeEvent(ReadOnlySpan<byte> rest) => tap.IsWholeEvent(rest);

    public long CountDelivered(TokenCounter counter) => tap.CountDelivered(counter);

    public void Dispose()
    {
        if (tap.SawFinish || tap.SawDone)
        {
            reader.Complete(_events);
            Answer();
        }

        tap.Dispose();
    }

    private void Answer()
    {
        content.Answer(_events);
        _events.Clear();
    }
}
