namespace AigneHub.Core.Routing;

/// <summary>A provider serves an API: where, and how it is addressed.</summary>
/// <param name="BaseUrl">Without a trailing slash.</param>
public sealed record ApiBinding(ModelApi Api, Dialect Dialect, Uri BaseUrl);
