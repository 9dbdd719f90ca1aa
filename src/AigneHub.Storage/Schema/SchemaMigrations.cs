using AigneHub.Core.Access;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Schema;

/// <summary>All there are, in order. None is ever changed or taken away: a storage may be of any age.</summary>
internal static class SchemaMigrations
{
    public static IReadOnlyList<SchemaMigration> All { get; } =
    [
        new(2, "The administrator's key of the settings becomes the owner's", MakeOwnerAsync),
    ];

    private static async Task MakeOwnerAsync(StorageClients clients, CancellationToken cancellationToken)
    {
        var keys = clients.Table(TableKeys.HubKeys);
        var hash = await keys.FindAsync(
            TableKeys.KeyAdministratorPartition, TableKeys.KeyAdministrator, row => row.GetString("Hash"), cancellationToken);
        if (hash is null)
        {
            return;
        }

        var key = new TableEntity(TableKeys.KeyHashPartition(hash), hash) { ["Role"] = nameof(Role.Owner) };
        await StorageCall.RunAsync(
            async () =>
            {
                try
                {
                    await keys.UpdateEntityAsync(key, ETag.All, TableUpdateMode.Merge, cancellationToken);
                }
                catch (RequestFailedException gone) when (gone.Status == 404)
                {
                    // Its record is made at every start, as the owner's.
                }

                return true;
            },
            cancellationToken);
    }
}
