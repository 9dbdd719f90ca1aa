using System.Globalization;
using System.Text.Json;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>Errors of the management API: problem details, https://www.rfc-editor.org/rfc/rfc9457.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpResponse response, HubError error, string requestId, CancellationToken cancellationToken)
    {
        response.StatusCode = error.Status;
        if (error.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var document = new ProblemDocument(
            "about:blank", Title(error.Status), error.Status, error.Message, error.Code, error.Param, requestId);
        response.ContentType = "application/problem+json";
        return JsonSerializer.SerializeAsync(response.Body, document, ManagementJson.Default.ProblemDocument, cancellationToken);
    }

    public static HubError BadRequest(string message, string? param = null, string code = "invalid_request") =>
        new(400, code, Blame.Caller, message, param);

    public static HubError NotFound(string message, string code = "not_found") => new(404, code, Blame.Caller, message);

    private static string Title(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        428 => "Precondition Required",
        503 => "Service Unavailable",
        _ => "Error",
    };
}

/// <param name="Code">Machine-readable, snake case.</param>
/// <param name="Param">The field or query parameter at fault.</param>
internal sealed record ProblemDocument(
    string Type, string Title, int Status, string Detail, string Code, string? Param, string RequestId);
