using AigneHub.Functions;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>One unit for the life of a ledger.</summary>
[Collection(HubCollections.Calls)]
public sealed class ModeTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Start_OverALedgerOfTheOtherMode_SaysWhatToDo()
    {
        await using (await TestHub.StartAsync(azurite))
        {
        }

        var refusal = await Assert.ThrowsAsync<SettingsException>(
            () => TestHub.StartAsync(azurite, args: ["--mode", "Provider"]));

        Assert.Contains("AigneHub__Mode", refusal.Message, StringComparison.Ordinal);
    }
}
