using AigneHub.Core.Usage;

namespace AigneHub.Core.Archive;

/// <summary>When details leave the tables, <c>AigneHub__Archive__&lt;property&gt;</c>.</summary>
public sealed class ArchiveOptions
{
    /// <summary>
    /// The fewest days in tables: settlement needs its rows for 30 days, to know what it has charged, and clocks may differ.
    /// </summary>
    public static readonly int DaysMin = UsageSettler.AgeMax.Days + 5;

    private const int DaysMax = 3_650;

    /// <summary>Whole UTC days that calls stay in tables before they are archived: 35 to 3,650; 0 archives nothing.</summary>
    public int DaysInTables { get; set; } = 90;

    /// <summary>The blob container of the archive, made when it is first needed.</summary>
    public string Container { get; set; } = "aignehub-archive";

    /// <summary>Null when all is well; otherwise a message that names the setting.</summary>
    public string? WhatIsWrong()
    {
        if (DaysInTables != 0 && (DaysInTables < DaysMin || DaysInTables > DaysMax))
        {
            return $"AigneHub__Archive__{nameof(DaysInTables)} must be 0 or {DaysMin} to {DaysMax}, not {DaysInTables}.";
        }

        // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
        return Container.Length is >= 3 and <= 63 && Container.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && !Container.StartsWith('-') && !Container.EndsWith('-') && !Container.Contains("--", StringComparison.Ordinal)
            ? null
            : $"AigneHub__Archive__{nameof(Container)} must be 3 to 63 lower-case letters, digits and single hyphens.";
    }
}
