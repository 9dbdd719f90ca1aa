using AigneHub.Core;
using AigneHub.Gateway.Fronts.OpenAi;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway;

/// <summary>Answers what no other function serves: a clear 404 or 405 in the format of the API that was called.</summary>
public sealed class FallbackEndpoints(HubIds ids)
{
    private static readonly Dictionary<string, string> ServedPaths = new(StringComparer.OrdinalIgnoreCase)
    {
        ["/v1/chat/completions"] = "POST",
        ["/v1/models"] = "GET",
        ["/health"] = "GET",
        ["/health/ready"] = "GET",
        ["/api/admin/keys"] = "GET, POST",
        ["/api/admin/usage"] = "GET",
        ["/api/admin/usage/poison"] = "GET",
        ["/api/me/usage"] = "GET",
        ["/api/me/ledger"] = "GET",
    };

    public Task AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var requestId = ids.New().ToString("N");
        response.Headers["x-request-id"] = requestId;
        var path = request.Path.Value ?? "/";
        var isModelApi = path.StartsWith("/v1/", StringComparison.OrdinalIgnoreCase)
            || path.Equals("/v1", StringComparison.OrdinalIgnoreCase);
        var error = ErrorFor(request.Method, path, response);
        return isModelApi
            ? OpenAiErrors.WriteAsync(response, error, cancellationToken)
            : Problem.WriteAsync(response, error, requestId, cancellationToken);
    }

    private static HubError ErrorFor(string method, string path, HttpResponse response)
    {
        if (ServedPaths.TryGetValue(path.TrimEnd('/'), out var methods))
        {
            response.Headers.Allow = methods;
            return new HubError(405, "method_not_allowed", Blame.Caller, $"{Shorten(path)} takes {methods}, not {method}.");
        }

        return new HubError(
            404, "unknown_url", Blame.Caller,
            $"This hub does not serve {method} {Shorten(path)}. "
            + "Model calls go to POST /v1/chat/completions, the list of models is at GET /v1/models.");
    }

    private static string Shorten(string path) => path.Length <= 100 ? path : path[..100] + "…";
}
