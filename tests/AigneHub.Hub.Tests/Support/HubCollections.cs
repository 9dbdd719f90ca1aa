// Whatever the machine: tests wait for storage, timers and other processes, and need a fifth of a core each. With more of them side
// by side than two cores carry, the hub's own time limits would end some.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// Classes of one collection run one after the other over one storage, collections side by side, each with a storage of its own:
/// most tests wait most of their time. Of about the same length each.
/// </summary>
internal static class HubCollections
{
    public const string Calls = "calls";
    public const string Records = "records";
    public const string Aigne = "aigne";
    public const string Media = "media";
    public const string Management = "management";
    public const string Translation = "translation";
    public const string Hostile = "hostile";
    public const string Faults = "faults";

    /// <summary>Runs alone, after the others: its tests measure the whole process.</summary>
    public const string Measured = "measured";
}

[CollectionDefinition(HubCollections.Calls)]
public sealed class CallsCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Records)]
public sealed class RecordsCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Aigne)]
public sealed class AigneCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Media)]
public sealed class MediaCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Management)]
public sealed class ManagementCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Translation)]
public sealed class TranslationCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Hostile)]
public sealed class HostileCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Faults)]
public sealed class FaultsCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(HubCollections.Measured, DisableParallelization = true)]
public sealed class MeasuredCollection : ICollectionFixture<AzuriteFixture>;
