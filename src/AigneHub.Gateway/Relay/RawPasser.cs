using AigneHub.Providers;

namespace AigneHub.Gateway.Relay;

/// <summary>The vendor's bytes as they are.</summary>
/// <param name="dropUsage">The client had not asked for the usage chunk.</param>
internal sealed class RawPasser(bool dropUsage) : IStreamPasser
{
    public bool IsHolding(StreamedResponse client) => client.IsHolding;

    public void Pass(StreamedResponse client, StreamEventKind kind, ReadOnlySpan<byte> sseEvent)
    {
        switch (kind)
        {
            case StreamEventKind.Usage when dropUsage:
            case StreamEventKind.Comment when !client.HasStarted:
                return;
            case StreamEventKind.Opening when !client.HasStarted:
                client.HoldBack(sseEvent);
                return;
            default:
                client.Write(sseEvent);
                return;
        }
    }

    public void EndEvent(StreamedResponse client) => client.WriteEventEnd();

    public VendorError? End(StreamedResponse client) => null; // The vendor's last event has ended it.
}
