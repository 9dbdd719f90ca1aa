namespace AigneHub.Core.Accounts;

/// <summary>How fast calls may come. Null: any number.</summary>
/// <param name="RequestsPerMinute">Over all instances.</param>
/// <param name="TokensPerMinute">Input and output, over all instances.</param>
/// <param name="ConcurrentStreams">On each instance.</param>
public sealed record RateLimits(int? RequestsPerMinute = null, long? TokensPerMinute = null, int? ConcurrentStreams = null);
