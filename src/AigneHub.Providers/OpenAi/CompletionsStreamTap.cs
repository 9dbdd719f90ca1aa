namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Watches a stream of the older completions API
/// (<see href="https://platform.openai.com/docs/api-reference/completions/object"/>) go by.
/// </summary>
internal sealed class CompletionsStreamTap(UsageQuirks quirks, int textBytesMax) : ChunkStreamTap(quirks, textBytesMax)
{
    private protected override void ReadText(ReadOnlySpan<byte> chunk) => CompletionsReader.AddText(Text, chunk);
}
