namespace AigneHub.Core.Keys;

/// <summary>A secret of a key that was rotated; it works on for a while.</summary>
/// <param name="Hash">SHA-256, lower-case hex.</param>
/// <param name="Hint">Its last four characters.</param>
/// <param name="Until">When it ends.</param>
public sealed record PreviousSecret(string Hash, string Hint, DateTimeOffset Until);
