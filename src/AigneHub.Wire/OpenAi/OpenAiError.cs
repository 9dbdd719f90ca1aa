using System.Text.Json.Serialization;

namespace AigneHub.Wire.OpenAi;

/// <summary>
/// The error body of the OpenAI API (<see href="https://platform.openai.com/docs/guides/error-codes"/>): clients read
/// <c>error.message</c>, <c>error.type</c>, <c>error.code</c> and <c>error.param</c>.
/// </summary>
public sealed record OpenAiErrorBody([property: JsonPropertyName("error")] OpenAiError Error);

/// <summary>What went wrong.</summary>
/// <param name="Type">A class of errors, e.g. <c>invalid_request_error</c>.</param>
/// <param name="Param">The request's member at fault, or null; written as null.</param>
/// <param name="Code">Machine-readable, e.g. <c>model_not_found</c>, or null; written as null.</param>
public sealed record OpenAiError(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("param")] string? Param,
    [property: JsonPropertyName("code")] string? Code)
{
    /// <summary>Not OpenAI's: what a call that can't be paid for would have needed; absent elsewhere.</summary>
    [JsonPropertyName("shortage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Shortage? Shortage { get; init; }
}

/// <summary>
/// An error in a stream of the Responses API
/// (<see href="https://platform.openai.com/docs/api-reference/responses-streaming/error"/>).
/// </summary>
public sealed record OpenAiErrorEvent(
    [property: JsonPropertyName("code")] string? Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("param")] string? Param,
    [property: JsonPropertyName("sequence_number")] int SequenceNumber)
{
    [JsonPropertyName("type"), JsonPropertyOrder(-1)]
    public string Kind { get; init; } = "error";
}
