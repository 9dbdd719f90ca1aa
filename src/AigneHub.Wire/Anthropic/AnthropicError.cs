using System.Text.Json.Serialization;

namespace AigneHub.Wire.Anthropic;

/// <summary>The error body of the Anthropic API (<see href="https://docs.claude.com/en/api/errors"/>).</summary>
public sealed record AnthropicErrorBody(
    [property: JsonPropertyName("error")] AnthropicError Error,
    [property: JsonPropertyName("request_id")] string RequestId)
{
    [JsonPropertyName("type"), JsonPropertyOrder(-1)]
    public string Kind { get; init; } = "error";
}

/// <param name="Type">A class of errors, e.g. <c>invalid_request_error</c>.</param>
public sealed record AnthropicError(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("message")] string Message)
{
    /// <summary>Not Anthropic's: what a call that can't be paid for would have needed; absent elsewhere.</summary>
    [JsonPropertyName("shortage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Shortage? Shortage { get; init; }
}
