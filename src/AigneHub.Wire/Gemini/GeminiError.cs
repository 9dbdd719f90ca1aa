using System.Text.Json.Serialization;

namespace AigneHub.Wire.Gemini;

/// <summary>
/// The error body of the Gemini API: Google's <c>Status</c>, <see href="https://cloud.google.com/apis/design/errors"/>.
/// </summary>
public sealed record GeminiErrorBody([property: JsonPropertyName("error")] GeminiError Error);

/// <param name="Code">The HTTP status.</param>
/// <param name="Status">The name of a <c>google.rpc.Code</c>, e.g. <c>INVALID_ARGUMENT</c>.</param>
public sealed record GeminiError(
    [property: JsonPropertyName("code")] int Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("details")] IReadOnlyList<GeminiErrorDetail> Details);

/// <summary><c>google.rpc.ErrorInfo</c> or <c>google.rpc.RetryInfo</c>.</summary>
public sealed record GeminiErrorDetail
{
    [JsonPropertyName("@type")]
    public required string Type { get; init; }

    /// <summary>Of an ErrorInfo: machine-readable, upper case.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("domain")]
    public string? Domain { get; init; }

    /// <summary>Of an ErrorInfo: what a call that can't be paid for would have needed.</summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Of a RetryInfo: seconds with the suffix <c>s</c>.</summary>
    [JsonPropertyName("retryDelay")]
    public string? RetryDelay { get; init; }
}
