namespace AigneHub.Core.Idempotency;

/// <summary>
/// A call that its client has named, so that a repeat isn't made and paid twice:
/// https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
/// </summary>
/// <param name="HubKey">Id of the key that calls: each key has names of its own.</param>
/// <param name="Name">The client's, 1 to 255 visible ASCII characters.</param>
/// <param name="Fingerprint">Of API, path and body.</param>
/// <param name="RequestId">Of the call; its line in the ledger has the same id.</param>
/// <param name="RunsUntil">What still runs then ran on an instance that has died.</param>
public sealed record IdempotentCall(
    string HubKey, string Name, string Fingerprint, string RequestId, DateTimeOffset StartedAt, DateTimeOffset RunsUntil)
{
    /// <summary>A name holds this long; then it can name another call.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(24);

    private const int NameCharactersMax = 255;

    /// <summary>The call has ended and is paid.</summary>
    public bool IsDone { get; init; }

    /// <summary>Of the answer.</summary>
    public string? ContentType { get; init; }

    /// <summary>The answer as the client got it; null when the call runs, was streamed or its answer was too large to keep.</summary>
    public ReadOnlyMemory<byte>? Answer { get; init; }

    /// <summary>Whether the name is free again.</summary>
    public bool IsOver(DateTimeOffset now) => IsDone ? now - StartedAt >= Age : now >= RunsUntil;

    public static bool IsName(string text) => text.Length is > 0 and <= NameCharactersMax && text.All(c => c is > ' ' and <= '~');
}
