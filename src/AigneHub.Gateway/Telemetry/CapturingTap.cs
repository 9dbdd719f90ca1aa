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
        if (kind == StreamEventKind.Content)
        {
            _events.Clear();
            reader.Read(_data.Of(sseEvent), _events);
            content.Answer(_events);
        }

        return kind;
    }

    public bool IsWholeEvent(ReadOnlySpan<byte> rest) => tap.IsWholeEvent(rest);

    public long CountDelivered(TokenCounter counter) => tap.CountDelivered(counter);

    public void Dispose() => tap.Dispose();
}
