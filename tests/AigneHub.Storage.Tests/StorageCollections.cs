// More than there are cores: tests wait for storage.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace AigneHub.Storage.Tests;

/// <summary>
/// Classes of one collection run one after the other over one storage, collections side by side, each with a storage of its own.
/// </summary>
internal static class StorageCollections
{
    public const string Stores = "stores";
    public const string Ledger = "ledger";
    public const string Archive = "archive";
    public const string Storm = "storm";
}

[CollectionDefinition(StorageCollections.Stores)]
public sealed class StoresCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(StorageCollections.Ledger)]
public sealed class LedgerCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(StorageCollections.Archive)]
public sealed class ArchiveCollection : ICollectionFixture<AzuriteFixture>;

[CollectionDefinition(StorageCollections.Storm)]
public sealed class StormCollection : ICollectionFixture<AzuriteFixture>;
