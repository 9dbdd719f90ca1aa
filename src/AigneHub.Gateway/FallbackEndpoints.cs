using System.Text.RegularExpressions;
using AigneHub.Core;
using AigneHub.Gateway.Fronts.Errors;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway;

/// <summary>Answers what no other function serves: a clear 404 or 405 in the format of the API that was called.</summary>
public sealed partial class FallbackEndpoints(HubIds ids)
{
    private static readonly (Regex Path, string Methods)[] Served =
    [
        (ModelCalls(), "POST"),
        (AigneOpenAi(), "POST"),
        (AigneCalls(), "POST"),
        (Lists(), "GET"),
        (AigneLists(), "GET"),
        (Keys(), "GET, POST"),
    ];

    public Task AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var requestId = ids.New().ToString("N");
        response.Headers["x-request-id"] = requestId;
        if (HttpMethods.IsOptions(request.Method) && response.Headers.AccessControlAllowOrigin.Count > 0)
        {
            // A browser asks whether a script of that origin may make the call: BrowserHeaders has said so.
            response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var path = request.Path.Value ?? "/";
        var error = ErrorFor(request.Method, path, response);
        return FormatOf(path, request.Headers) is { } format
            ? format.WriteAsync(response, error, requestId, cancellationToken)
            : Problem.WriteAsync(response, error, requestId, cancellationToken);
    }

    /// <summary>Null where the path belongs to no model API.</summary>
    private static ErrorFormat? FormatOf(string path, IHeaderDictionary headers) =>
        IsBelow(path, "/v1beta") ? ErrorFormat.Gemini
        : IsBelow(path, "/v1/rerank") || IsBelow(path, "/v2") ? ErrorFormat.Cohere
        : IsBelow(path, "/v1/messages") || (IsBelow(path, "/v1") && headers.ContainsKey("anthropic-version")) ? ErrorFormat.Anthropic
        : IsBelow(path, "/v1") || IsBelow(path, "/openai") || AigneOpenAi().IsMatch(path) ? ErrorFormat.OpenAi
        : IsBelow(path, "/api/v2") || IsBelow(path, "/api/v1") || AigneLists().IsMatch(path) ? ErrorFormat.Aigne
        : null;

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.OrdinalIgnoreCase) && (path.Length == root.Length || path[root.Length] == '/');

    private static HubError ErrorFor(string method, string path, HttpResponse response)
    {
        foreach (var (served, methods) in Served)
        {
            if (served.IsMatch(path))
            {
                response.Headers.Allow = methods;
                return new HubError(405, "method_not_allowed", Blame.Caller, $"{Shorten(path)} takes {methods}, not {method}.");
            }
        }

        return new HubError(
            404, "unknown_url", Blame.Caller,
            $"This hub does not serve {method} {Shorten(path)}. Model calls go to POST /v1/chat/completions, /v1/responses, "
            + "/v1/messages or /v1beta/models/{model}:generateContent; the list of models is at GET /v1/models.");
    }

    private static string Shorten(string path) => path.Length <= 100 ? path : path[..100] + "…";

    [GeneratedRegex(
        "^/(v1/(chat/completions|responses|completions|embeddings|moderations|audio/transcriptions|audio/translations|audio/speech|"
        + "messages|messages/count_tokens)|v[12]/rerank)/?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex ModelCalls();

    [GeneratedRegex("^/(chat/completions|api/(chat/completions|embeddings|images/generations))/?$", RegexOptions.IgnoreCase)]
    private static partial Regex AigneOpenAi();

    [GeneratedRegex(
        "^/api/(v2|v1|v1/sdk)/(chat|chat/completions|completions|embeddings|image|images?/generations|audio/[a-z]+)/?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex AigneCalls();

    [GeneratedRegex(
        "^/(__blocklet__\\.js|api/(v2|v1)/status|api/ai/models|api/ai-providers/(chat/)?models|"
        + "api/user/(info|model-calls|usage-stats|credit/(balance|grants|transactions|payment-link))|"
        + "api/usage/(quota|trends|projects|projects/(calls|trends|group-trends)))/?$", RegexOptions.IgnoreCase)]
    private static partial Regex AigneLists();

    [GeneratedRegex(
        "^/(v1/models|v1beta/models|health|health/ready|api/admin/usage|api/admin/usage/poison|api/me/usage|api/me/ledger)/?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Lists();

    [GeneratedRegex("^/api/admin/keys/?$", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();
}
