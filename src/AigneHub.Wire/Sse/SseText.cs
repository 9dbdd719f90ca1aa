namespace AigneHub.Wire.Sse;

/// <summary>
/// Fixed pieces of a server-sent event stream
/// (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html"/>), in UTF-8.
/// </summary>
public static class SseText
{
    public const string ContentType = "text/event-stream";

    /// <summary>Begins a line of data.</summary>
    public static ReadOnlySpan<byte> DataPrefix => "data: "u8;

    /// <summary>Ends an event.</summary>
    public static ReadOnlySpan<byte> EventEnd => "\n\n"u8;

    /// <summary>A comment: keeps a silent connection open and is seen by no client's code.</summary>
    public static ReadOnlySpan<byte> KeepAlive => ": keep-alive\n\n"u8;

    /// <summary>The data that ends a stream of OpenAI's chat completions.</summary>
    public static ReadOnlySpan<byte> Done => "[DONE]"u8;

    /// <summary>The whole event that ends a stream of OpenAI's chat completions.</summary>
    public static ReadOnlySpan<byte> DoneEvent => "data: [DONE]\n\n"u8;
}
