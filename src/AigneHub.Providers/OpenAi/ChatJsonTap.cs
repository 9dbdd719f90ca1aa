using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>placeholder</summary>
public static class ChatJsonTap
{
    public static TokenUsage? ReadUsage(ReadOnlySpan<byte> body, UsageQuirks quirks) => throw new NotImplementedException();
    public static long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => throw new NotImplementedException();
}
