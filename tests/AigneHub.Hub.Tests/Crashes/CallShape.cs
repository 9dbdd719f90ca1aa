namespace AigneHub.Hub.Tests.Crashes;

/// <summary>A call to a simulated model.</summary>
/// <param name="Tokens">Output tokens.</param>
/// <param name="TokenMilliseconds">The pause before each of them.</param>
/// <param name="TokensMax">What the call asks for at most; null: it does not say.</param>
internal sealed record CallShape(bool Stream, bool IncludeUsage, int Tokens, int TokenMilliseconds, int? TokensMax = null)
{
    /// <summary>JSON and streams alike; one in eight at once, the others within 0.2 to 5 s.</summary>
    public static CallShape Next(Random random) => new(
        random.Next(2) == 0, random.Next(2) == 0, random.Next(5, 60), random.Next(8) == 0 ? 0 : random.Next(40, 90));

    public string Body()
    {
        var stream = Stream ? "true" : "false";
        var options = Stream && IncludeUsage ? """ "stream_options":{"include_usage":true},""" : "";
        var most = TokensMax is { } tokens ? $"\"max_tokens\":{tokens}," : "";
        return $$"""
            {"model":"sim/chat-fast","stream":{{stream}},{{options}}{{most}}"messages":[{"role":"user","content":"Hello"}],
            "sim":{"tokens":{{Tokens}},"token_ms":{{TokenMilliseconds}} } }
            """;
    }
}
