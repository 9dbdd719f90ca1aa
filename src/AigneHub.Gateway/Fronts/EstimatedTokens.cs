using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// Counts a prompt's tokens with the hub's own tokenizer, for clients of an API whose vendor's count a translated model doesn't have.
/// Free of charge, and marked as the estimate that it is.
/// </summary>
internal static class EstimatedTokens
{
    /// <summary>False when the call is none that counts, or the model can't be called through this API at all.</summary>
    public static async Task<bool> TryAnswerAsync(Exchange exchange, HubSnapshot snapshot, TokenCounter tokens)
    {
        (ModelApi Api, string Member)? counted = exchange.Front.Api switch
        {
            ModelApi.AnthropicCountTokens => (ModelApi.AnthropicMessages, "input_tokens"),
            ModelApi.GeminiCountTokens => (ModelApi.GeminiGenerateContent, "totalTokens"),
            _ => null,
        };
        if (counted is not { } answered
            || RoutePlanner.Plan(snapshot, new RouteRequest(exchange.Head.Model, answered.Api, exchange.Caller.Key)).Plan
                ?.AllowedFor(exchange.Caller.Key) is null)
        {
            return false;
        }

        var count = AnswerReaders.For(answered.Api).CountPrompt(exchange.Body.Bytes.Span, tokens);
        var document = Encoding.UTF8.GetBytes($$"""{"{{answered.Member}}":{{count}}}""");
        var response = exchange.Http.Response;
        response.Headers["x-hub-warnings"] = "estimated";
        response.ContentType = "application/json";
        response.ContentLength = document.Length;
        await response.Body.WriteAsync(document, exchange.Http.RequestAborted);
        return true;
    }
}
