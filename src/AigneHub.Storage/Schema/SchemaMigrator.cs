using AigneHub.Core;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace AigneHub.Storage.Schema;

/// <summary>
/// Brings the storage to the schema of this version of the hub, forward only, before anything is served. One instance at a time
/// holds the lease (a row, by its ETag); the others wait for it. A lease that its holder leaves is free again after
/// <see cref="LeaseTerm"/>; two holders at once do no harm, since migrations can be repeated.
/// </summary>
public sealed partial class SchemaMigrator
{
    internal static readonly TimeSpan LeaseTerm = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int First = 1;
    private const string VersionColumn = "Version";
    private const string HolderColumn = "Holder";
    private const string UntilColumn = "LeasedUntil";

    private readonly StorageClients _clients;
    private readonly IReadOnlyList<SchemaMigration> _migrations;
    private readonly string _instance;
    private readonly TimeProvider _time;
    private readonly ILogger<SchemaMigrator> _logger;

    internal SchemaMigrator(
        StorageClients clients, IReadOnlyList<SchemaMigration> migrations, HubIds ids, TimeProvider time, ILogger<SchemaMigrator> logger)
    {
        (_clients, _migrations, _time, _logger) = (clients, migrations, time, logger);
        _instance = ids.New().ToString("N");
    }

    /// <summary>Of this version of the hub.</summary>
    public int Newest => _migrations.Count == 0 ? First : _migrations[^1].Version;

    private TableClient Table => _clients.Table(TableKeys.Schema);

    /// <summary>Returns when the storage has the newest schema, whoever brought it there.</summary>
    /// <exception cref="SchemaTooNewException">It has a newer one than this version knows.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not answer; it can be repeated.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await ReadAsync(cancellationToken);
            if (state.Version > Newest)
            {
                throw new SchemaTooNewException(state.Version, Newest);
            }

            if (state.Version == Newest)
            {
                return;
            }

            if (state.Holder.Length > 0 && state.Holder != _instance && state.Until > _time.GetUtcNow())
            {
                LogWaiting(state.Holder, state.Version, Newest);
                await Task.Delay(Pause, _time, cancellationToken);
                continue;
            }

            var next = _migrations.First(migration => migration.Version > state.Version);
            if (await WriteAsync(state with { Holder = _instance, Until = _time.GetUtcNow() + LeaseTerm }, cancellationToken))
            {
                LogRunning(next.Version, next.What);
                await next.RunAsync(_clients, cancellationToken);
                var leased = await ReadAsync(cancellationToken);
                if (leased.Holder == _instance)
                {
                    // Done and free in one write; when another has taken the lease over meanwhile, it goes on.
                    await WriteAsync(
                        leased with { Version = next.Version, Holder = "", Until = DateTimeOffset.UnixEpoch }, cancellationToken);
                }
            }
        }
    }

    /// <summary>Storage from before there were versions, and a new one, are of the first.</summary>
    private async Task<State> ReadAsync(CancellationToken cancellationToken) => await Table.FindAsync(
        TableKeys.SchemaPartition, TableKeys.SchemaRow,
        row => new State(
            row.GetInt32(VersionColumn)!.Value, row.GetString(HolderColumn), row.GetDateTimeOffset(UntilColumn)!.Value,
            row.ETag.ToString()),
        cancellationToken) ?? new State(First, "", DateTimeOffset.UnixEpoch, "");

    private Task<bool> WriteAsync(State state, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.SchemaPartition, TableKeys.SchemaRow)
        {
            [VersionColumn] = state.Version,
            [HolderColumn] = state.Holder,
            [UntilColumn] = state.Until,
        };
        return state.ETag.Length == 0
            ? Table.TryAddAsync(row, cancellationToken)
            : Table.TryReplaceAsync(row, state.ETag, cancellationToken);
    }

    private sealed record State(int Version, string Holder, DateTimeOffset Until, string ETag);

    [LoggerMessage(Level = LogLevel.Information, Message = "Instance {Holder} brings the storage from schema {From} to {To}; waiting")]
    private partial void LogWaiting(string holder, int from, int to);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bringing the storage to schema {Version}: {What}")]
    private partial void LogRunning(int version, string what);
}
