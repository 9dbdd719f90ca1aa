using System.Globalization;
using AigneHub.Gateway.Telemetry;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.Primitives;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// What a caller gets to see beside an answer: who gave it, and the vendor's request id under another name. Rate limits,
/// cookies and organisation names are the hub's own affair.
/// </summary>
internal static class AnswerHeaders
{
    private const int RequestIdCharsMax = 200;

    // OpenAI and most others, Anthropic, Amazon.
    private static readonly string[] RequestIds = ["x-request-id", "request-id", "x-amzn-requestid"];

    public static void Apply(Exchange exchange, UpstreamResponse answer)
    {
        NameTarget(exchange);
        exchange.Http.Response.Headers.Remove("x-upstream-request-id"); // Of an attempt before.
        foreach (var name in RequestIds)
        {
            var id = answer.Header(name);
            if (id is { Length: > 0 and <= RequestIdCharsMax } && IsVisible(id))
            {
                exchange.Http.Response.Headers["x-upstream-request-id"] = id;
                return;
            }
        }
    }

    /// <summary>The target that answered or failed last, and how many attempts were made.</summary>
    public static void NameTarget(Exchange exchange)
    {
        var headers = exchange.Http.Response.Headers;
        headers["x-hub-provider"] = HeaderText(exchange.Target.Provider.Id);
        headers["x-hub-model"] = HeaderText(exchange.Target.FullName);
        headers["x-hub-warnings"] = exchange.Warnings.Count == 0
            ? default(StringValues)
            : string.Join(", ", exchange.Warnings.Select(name => $"dropped {Words(name)}"));
        ServerTiming.Tell(exchange);
        headers["x-hub-attempts"] = exchange.Attempts.Count.ToString(CultureInfo.InvariantCulture);
    }

    // A name that callers invent may hold anything; headers hold visible ASCII.
    private static string HeaderText(string name) => IsVisible(name) ? name : Uri.EscapeDataString(name);

    private static bool IsVisible(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    // Names with reasons in words. The server throws for anything else in a header, and by then the vendor is paid.
    private static string Words(string text) => string.Create(text.Length, text, static (words, from) =>
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        }
    });
}
