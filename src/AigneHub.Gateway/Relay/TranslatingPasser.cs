using System.Buffers;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Model;

namespace AigneHub.Gateway.Relay;

/// <summary>The vendor's events in the client's format.</summary>
internal sealed class TranslatingPasser(IVendorReader vendor, IFrontWriter front) : IStreamPasser
{
    private readonly List<AnswerEvent> _events = [];
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private readonly EventData _data = new();
    private bool _announced;

    public bool IsHolding(StreamedResponse client) => _announced;

    public void Pass(StreamedResponse client, StreamEventKind kind, ReadOnlySpan<byte> sseEvent)
    {
        if (kind == StreamEventKind.Comment || _data.Of(sseEvent) is not { Length: > 0 } data || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        vendor.Read(data, _events);
        if (kind == StreamEventKind.Opening && !client.HasStarted)
        {
            // A stream that fails now can still be tried elsewhere.
            _announced = true;
            return;
        }

        Write(client);
    }

    public void EndEvent(StreamedResponse client)
    {
        // What is written here has it.
    }

    public VendorError? End(StreamedResponse client)
    {
        vendor.Complete(_events);
        Write(client);
        front.Complete(_output);
        Send(client);
        return null;
    }

    private void Write(StreamedResponse client)
    {
        foreach (var answerEvent in _events)
        {
            front.Write(answerEvent, _output);
        }

        _events.Clear();
        Send(client);
    }

    private void Send(StreamedResponse client)
    {
        var rest = _output.WrittenSpan;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf("\n\n"u8) + 2;
            client.Write(rest[..end]);
            rest = rest[end..];
        }

        _output.ResetWrittenCount();
    }
}
