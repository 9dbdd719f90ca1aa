namespace AigneHub.Core.Configuration;

/// <summary>Which uploaded catalogue is in force: at most one record. Its document is kept with the rate cards.</summary>
public sealed record CatalogueRecord
{
    /// <summary>Its id in the store.</summary>
    public const string Id = "catalogue";

    /// <summary>The first 32 hex digits of the SHA-256 of the document.</summary>
    public required string Version { get; init; }

    /// <summary>The day (UTC, <c>yyyy-MM-dd</c>) whose prices it has.</summary>
    public required string AsOf { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
