namespace AigneHub.Providers.Tokenizers;

/// <summary>placeholder</summary>
public sealed class TokenCounter
{
    public Task WarmUpAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
    public long Count(ReadOnlySpan<char> text) => throw new NotImplementedException();
    public long Count(ReadOnlySpan<byte> utf8) => throw new NotImplementedException();
    public long CountPrompt(ReadOnlySpan<byte> chatRequest) => throw new NotImplementedException();
}
