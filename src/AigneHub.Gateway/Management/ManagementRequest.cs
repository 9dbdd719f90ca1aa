using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AigneHub.Core;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Management.Audit;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>A management call's request and answer.</summary>
public abstract class ManagementRequest
{
    private readonly BodyMemory _bodies;
    private readonly int _bodyBytesMax;
    private readonly AuditDraft? _audit;

    private protected ManagementRequest(
        HttpRequest request, string requestId, BodyMemory bodies, int bodyBytesMax, AuditDraft? audit,
        CancellationToken cancellationToken)
    {
        Request = request;
        RequestId = requestId;
        CancellationToken = cancellationToken;
        _bodies = bodies;
        _bodyBytesMax = bodyBytesMax;
        _audit = audit;
    }

    public HttpRequest Request { get; }
    public string RequestId { get; }
    public CancellationToken CancellationToken { get; }

    /// <summary>
    /// The body as <typeparamref name="T"/>; unknown and repeated fields are refused. Exactly one of the results is null.
    /// </summary>
    internal async Task<(T? Value, HubError? Error)> ReadAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        var (body, error) = await ReadBodyAsync(_bodyBytesMax);
        using (body)
        {
            try
            {
                var value = body is null ? null : JsonSerializer.Deserialize(body.Bytes.Span, type);
                return value is null ? (null, error ?? Problem.BadRequest("The body must be a JSON object.")) : (value, null);
            }
            catch (JsonException e)
            {
                return (null, Wrong(e));
            }
        }
    }

    /// <summary>Of a body that could not be read: the message names the field and never quotes values.</summary>
    internal static HubError Wrong(JsonException e) =>
        Problem.BadRequest($"The body is not what this call takes: {Describe(e)}", e.Path);

    /// <summary>The body as it came, for documents with a form of their own. Exactly one of the results is null.</summary>
    /// <param name="otherMedia">A media type that is taken besides JSON; null for none.</param>
    internal async Task<(byte[]? Bytes, HubError? Error)> ReadBytesAsync(int bytesMax, string? otherMedia = null)
    {
        var (body, error) = await ReadBodyAsync(bytesMax, otherMedia);
        using (body)
        {
            return (body?.Bytes.ToArray(), error);
        }
    }

    /// <summary>For the audit log: what the thing was like. What it is like now, is the answer's document.</summary>
    internal void Before<T>(T document, JsonTypeInfo<T> type) => _audit?.Before(document, type);

    /// <summary>For the audit log, in place of the answer's document.</summary>
    internal void After<T>(T document, JsonTypeInfo<T> type) => _audit?.After(document, type);

    /// <summary>For the audit log: the call tries a change and makes none.</summary>
    internal void IsDryRun() => _audit?.DryRun();

    /// <summary>For the audit log: of the call's changes these were made, and no more will be.</summary>
    internal void Partly<T>(T document, JsonTypeInfo<T> type) => _audit?.Partly(document, type);

    /// <summary>For the audit log: the caller's reason.</summary>
    internal void Because(string? reason) => _audit?.Because(reason);

    internal Task WriteAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        _audit?.After(value, type);
        var response = Request.HttpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(response.Body, value, type, CancellationToken);
    }

    private async Task<(RequestBody? Body, HubError? Error)> ReadBodyAsync(int bytesMax, string? otherMedia = null) =>
        Request.HasJsonContentType() || (otherMedia is not null && Request.GetTypedHeaders().ContentType?.MediaType == otherMedia)
            ? await RequestBody.ReadAsync(Request, _bodies, bytesMax, CancellationToken)
            : (null, new HubError(
                415, "unsupported_media_type", Blame.Caller,
                $"Send the body as Content-Type: application/json{(otherMedia is null ? "" : $" or {otherMedia}")}."));

    private static string Describe(JsonException e) =>
        e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? $"unknown field at {e.Path}."
        : e.Message.Contains("missing required", StringComparison.Ordinal) ? "a required field is missing."
        : $"malformed or of the wrong type at {e.Path ?? "$"} (line {e.LineNumber + 1}).";
}
