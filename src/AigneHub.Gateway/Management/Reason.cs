using AigneHub.Core;

namespace AigneHub.Gateway.Management;

/// <summary>Why an administrator does something, in words of their own; kept in the audit log.</summary>
internal static class Reason
{
    private const int CharsMax = 200;

    /// <summary>Null when nothing is wrong.</summary>
    /// <param name="isNeeded">What moves money, or what it costs, is not done without one.</param>
    public static HubError? Check(string? reason, bool isNeeded) => reason is null && !isNeeded ? null
        : string.IsNullOrWhiteSpace(reason) || reason.Length > CharsMax || reason.Any(char.IsControl)
            ? Problem.BadRequest(
                $"'reason' must say why in 1 to {CharsMax} characters, none of them control characters.", "reason")
        : null;
}
