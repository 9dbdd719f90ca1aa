namespace AigneHub.Storage.Schema;

/// <summary>
/// Brings stored rows to a newer form. Instances of the version before may still run meanwhile, and it may be interrupted and
/// repeated: it only adds, and what it has done already it leaves alone.
/// </summary>
/// <param name="Version">The schema's version afterwards, from 2 on without gaps.</param>
/// <param name="What">For the log: what it does.</param>
internal sealed record SchemaMigration(int Version, string What, Func<StorageClients, CancellationToken, Task> RunAsync);
