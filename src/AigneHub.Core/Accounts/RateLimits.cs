using System.Text.Json.Serialization;

namespace AigneHub.Core.Accounts;

/// <summary>How fast calls may come. Null: any number.</summary>
/// <param name="RequestsPerMinute">Over all instances.</param>
/// <param name="TokensPerMinute">Input and output, over all instances.</param>
/// <param name="ConcurrentStreams">On each instance.</param>
public sealed record RateLimits(int? RequestsPerMinute = null, long? TokensPerMinute = null, int? ConcurrentStreams = null)
{
    public const int RequestsMax = 10_000_000;
    public const long TokensMax = 1_000_000_000_000;
    public const int StreamsMax = 100_000;

    [JsonIgnore]
    public bool IsEmpty => RequestsPerMinute is null && TokensPerMinute is null && ConcurrentStreams is null;

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    /// <param name="field">Their own name there, e.g. <c>limits</c>.</param>
    public (string Message, string Param)? WhatIsWrong(string field) =>
        RequestsPerMinute is < 1 or > RequestsMax ? OutOfRange($"{field}.requestsPerMinute", RequestsMax)
        : TokensPerMinute is < 1 or > TokensMax ? OutOfRange($"{field}.tokensPerMinute", TokensMax)
        : ConcurrentStreams is < 1 or > StreamsMax ? OutOfRange($"{field}.concurrentStreams", StreamsMax)
        : null;

    private static (string Message, string Param) OutOfRange(string field, long max) => ($"'{field}' must be 1 to {max}.", field);
}
