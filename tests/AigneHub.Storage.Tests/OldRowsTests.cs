using Azure.Data.Tables;

namespace AigneHub.Storage.Tests;

[Collection(StorageCollections.Stores)]
public sealed class OldRowsTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Delete_RowDeletedMeanwhile_DeletesTheOthers()
    {
        var table = new StorageClients(azurite.NewOptions()).Table("old");
        await table.CreateIfNotExistsAsync();
        await table.AddEntityAsync(new TableEntity("p", "1"));

        await table.DeleteAsync([new TableEntity("p", "0"), new TableEntity("p", "1")], default);

        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "1")).HasValue);
    }
}
