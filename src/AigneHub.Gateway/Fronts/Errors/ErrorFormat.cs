using System.Globalization;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Wire;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>How the errors of a client-side API look, before and in the middle of an answer.</summary>
internal abstract class ErrorFormat
{
    public static ErrorFormat OpenAi { get; } = new OpenAiErrorFormat();
    public static ErrorFormat OpenAiResponses { get; } = new OpenAiResponsesErrorFormat();
    public static ErrorFormat Anthropic { get; } = new AnthropicErrorFormat();
    public static ErrorFormat Gemini { get; } = new GeminiErrorFormat();
    public static ErrorFormat Cohere { get; } = new CohereErrorFormat();
    public static ErrorFormat Aigne { get; } = new AigneErrorFormat();
    public static ErrorFormat AigneChat { get; } = new AigneChatErrorFormat();

    /// <summary>A vendor's document of this shape is passed on as it came.</summary>
    public abstract ErrorShape Shape { get; }

    /// <summary>Status, headers and body of an error, for a response that has not started.</summary>
    public Task WriteAsync(HttpResponse response, HubError error, string requestId, CancellationToken cancellationToken)
    {
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        if (error.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var body = Document(error, requestId);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, cancellationToken).AsTask();
    }

    /// <summary>The bytes of an error in the middle of a stream: a whole server-sent event, or an element of an array.</summary>
    public byte[] StreamEvent(HubError error, string requestId, StreamFraming framing) =>
        framing == StreamFraming.ServerSentEvents ? Event(error, requestId) : [.. ",\r\n"u8, .. Document(error, requestId)];

    protected static Shortage? ShortageOf(HubError error) => error.Shortage is { } lacks
        ? new Shortage(lacks.Purse, lacks.Needed, lacks.Available, lacks.Unit, lacks.AffordableTokens, lacks.Link)
        : null;

    protected abstract byte[] Event(HubError error, string requestId);

    protected abstract byte[] Document(HubError error, string requestId);
}
