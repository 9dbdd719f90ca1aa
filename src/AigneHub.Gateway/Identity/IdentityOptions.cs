using System.Globalization;

namespace AigneHub.Gateway.Identity;

/// <summary>
/// Whose tokens the hub takes beside its own keys. Setting names: <c>AigneHub__Identity__&lt;property&gt;</c>. Lists are separated by
/// <c>;</c>.
/// </summary>
public sealed class IdentityOptions
{
    private const int SkewSecondsMax = 300;
    private const int InvitationDaysLimit = 90;
    private const int IssuersMax = 50;

    /// <summary>How far the clocks of identity providers may differ from the hub's, in seconds (0 to 300).</summary>
    public int SkewSeconds { get; set; } = 60;

    /// <summary>How long an invitation may be accepted when it says nothing else, in days (1 to 90).</summary>
    public int InvitationDays { get; set; } = 7;

    public EntraOptions Entra { get; set; } = new();

    /// <summary>Other issuers, by a name of the operator's.</summary>
    public Dictionary<string, IssuerOptions> Issuers { get; set; } = [];

    /// <summary>Null, or one sentence that names the first setting that is wrong.</summary>
    public string? WhatIsWrong()
    {
        if (SkewSeconds is < 0 or > SkewSecondsMax)
        {
            return OutOfRange(nameof(SkewSeconds), 0, SkewSecondsMax);
        }

        if (InvitationDays is < 1 or > InvitationDaysLimit)
        {
            return OutOfRange(nameof(InvitationDays), 1, InvitationDaysLimit);
        }

        return TokenIssuers.Of(this, out var wrong) is { Count: > IssuersMax }
            ? string.Create(CultureInfo.InvariantCulture, $"AigneHub__Identity names more than {IssuersMax} issuers and tenants.")
            : wrong;
    }

    private static string OutOfRange(string name, int min, int max) =>
        string.Create(CultureInfo.InvariantCulture, $"AigneHub__Identity__{name} must be {min} to {max}.");
}
