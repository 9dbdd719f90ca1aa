using AigneHub.Core.Routing;

namespace AigneHub.Providers.Configuration;

/// <summary>A snapshot, and what became of each stored record in it.</summary>
/// <param name="Version">Of the stored configuration it was made of; empty when there is none.</param>
/// <param name="Providers">States by id.</param>
/// <param name="Credentials">States by id.</param>
/// <param name="Models">States by full name.</param>
/// <param name="Aliases">States by name.</param>
public sealed record ConfigurationInForce(
    HubSnapshot Snapshot,
    string Version,
    IReadOnlyDictionary<string, RecordState> Providers,
    IReadOnlyDictionary<string, RecordState> Credentials,
    IReadOnlyDictionary<string, RecordState> Models,
    IReadOnlyDictionary<string, RecordState> Aliases);
