using AigneHub.Core.Accounts;

namespace AigneHub.Core.Limits;

/// <summary>Rate limits and whose they are.</summary>
/// <param name="Subject">The id that its purse has or would have, e.g. <c>key:…</c>; of a model <c>model:provider/model</c>.</param>
public readonly record struct LimitedBy(string Subject, RateLimits Limits)
{
    private const string ModelPrefix = "model:";

    /// <param name="fullName"><c>provider/model</c>.</param>
    public static LimitedBy OfModel(string fullName, RateLimits limits) => new(ModelPrefix + fullName, limits);

    /// <summary>For people, e.g. <c>account default</c>.</summary>
    public static string Title(string subject) => subject.StartsWith("key:", StringComparison.Ordinal)
        ? "API key"
        : subject.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? $"{subject[..colon]} {subject[(colon + 1)..]}" : subject;
}
