using System.Text.Json.Serialization;

namespace AigneHub.Wire;

/// <summary>The hub's own member of errors with the status 402: for programs what the message says to people.</summary>
/// <param name="Purse">What can't carry the call, e.g. <c>account:acme</c>.</param>
/// <param name="Needed">The most that the call may cost, a decimal.</param>
/// <param name="Available">What was left, a decimal.</param>
/// <param name="Unit"><c>USD</c> or <c>credits</c>.</param>
/// <param name="AffordableTokens">With so many output tokens it could have been made; absent when it isn't measured in them.</param>
/// <param name="Link">Where credit is bought; absent where it isn't sold.</param>
public sealed record Shortage(
    [property: JsonPropertyName("purse")] string Purse,
    [property: JsonPropertyName("needed")] string Needed,
    [property: JsonPropertyName("available")] string Available,
    [property: JsonPropertyName("unit")] string Unit,
    [property: JsonPropertyName("affordable_tokens"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AffordableTokens,
    [property: JsonPropertyName("link"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Link);
