namespace AigneHub.Core;

/// <summary>Whose side a failure is on.</summary>
public enum Blame
{
    Caller,
    Upstream,
    Hub,
}

/// <summary>
/// An expected failure that a caller is told about. Every front renders it in its own format; the message never holds a
/// secret, a vendor's address or an exception's text.
/// </summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Code">Machine-readable code in snake case, e.g. <c>model_not_found</c>.</param>
/// <param name="Message">One or two sentences for a person: what is wrong and what to do.</param>
/// <param name="Param">The request parameter at fault, if there is one.</param>
/// <param name="RetryAfter">When a repeat may succeed; sent as <c>Retry-After</c> in whole seconds, rounded up.</param>
public sealed record HubError(
    int Status,
    string Code,
    Blame Blame,
    string Message,
    string? Param = null,
    TimeSpan? RetryAfter = null)
{
    /// <summary>Only of 402.</summary>
    public CreditShortage? Shortage { get; init; }
}
