using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>placeholder</summary>
public sealed class ChatStreamTap(UsageQuirks quirks, int textBytesMax) : IDisposable
{
    public TokenUsage? Usage { get; private set; }
    public bool SawFinish { get; private set; }
    public bool SawDone { get; private set; }
    public ChatEventKind Read(ReadOnlySpan<byte> sseEvent) => throw new NotImplementedException($"{quirks}{textBytesMax}{sseEvent.Length}");
    public long CountDelivered(TokenCounter counter) => throw new NotImplementedException();
    public void Dispose() { }
}
