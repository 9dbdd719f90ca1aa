using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AigneHub.LocalRuntime.Azurite;
using Azure.Storage.Queues;

namespace AigneHub.LocalRuntime.Tests;

public sealed class AzuriteInstanceTests : IDisposable
{
    private readonly AzuriteOptions _options = AzuriteFixture.Options();

    private string StateFile => Path.Combine(_options.DataFolder, "azurite.json");

    public void Dispose() => Directory.Delete(_options.DataFolder, recursive: true);

    [Fact]
    public async Task Acquire_Twice_SharesOneAzuriteThatTheLastOneOutStops()
    {
        var first = await AcquireAsync();
        var second = await AcquireAsync();
        Assert.Equal(first.ProcessId, second.ProcessId);
        Assert.Equal(first.ConnectionString, second.ConnectionString);

        await first.DisposeAsync();
        await first.DisposeAsync();
        await Queue(second, "still").CreateAsync();
        await second.DisposeAsync();

        Assert.False(IsAlive(first.ProcessId));
        Assert.False(File.Exists(StateFile));
    }

    [Fact]
    public async Task Acquire_Again_FindsTheDataOfBefore()
    {
        await using (var first = await AcquireAsync())
        {
            await Queue(first, "kept").CreateAsync();
            await Queue(first, "kept").SendMessageAsync("message");
        }

        await using var second = await AcquireAsync();

        Assert.Equal("message", (await Queue(second, "kept").PeekMessageAsync()).Value.Body.ToString());
    }

    [Fact]
    public async Task Acquire_ByManyAtOnce_StartsOne()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AcquireAsync()));

        Assert.Single(leases.Select(lease => lease.ProcessId).Distinct());
        await Task.WhenAll(leases.Select(lease => lease.DisposeAsync().AsTask()));
        Assert.False(IsAlive(leases[0].ProcessId));
    }

    [Fact]
    public async Task Acquire_AfterItsUsersWereKilled_TakesTheOrphanOver()
    {
        var killed = await AcquireAsync();
        // What a process leaves that never gave its lease up: itself among the users, and dead.
        var dead = new JsonObject { ["pid"] = DeadPid(), ["started"] = "1", ["lease"] = 1 };
        EditState(state => state["users"] = new JsonArray(dead));

        var heir = await AcquireAsync();

        Assert.Equal(killed.ProcessId, heir.ProcessId);
        await heir.DisposeAsync();
        Assert.False(IsAlive(heir.ProcessId));
    }

    [Fact]
    public async Task Acquire_AfterItsStarterWasKilledAtOnce_TakesTheOrphanOver()
    {
        var killed = await AcquireAsync();
        // What the launcher alone has written, where it could not know the process's start.
        EditState(state =>
        {
            state["started"] = "";
            state["users"] = new JsonArray();
        });

        await using var heir = await AcquireAsync();

        Assert.Equal(killed.ProcessId, heir.ProcessId);
    }

    [Fact]
    public async Task Acquire_WhenThePidWasUsedAgain_LeavesThatProcessAloneAndStartsAnew()
    {
        await using (await AcquireAsync())
            File.Copy(StateFile, StateFile + ".old");
        File.Move(StateFile + ".old", StateFile);
        EditState(state => state["pid"] = Environment.ProcessId);

        await using var lease = await AcquireAsync();

        Assert.NotEqual(Environment.ProcessId, lease.ProcessId);
        await Queue(lease, "new").CreateAsync();
    }

    [Fact]
    public async Task Acquire_WhenTheRecordedProcessHangs_EndsItAndStartsAnew()
    {
        using var hanging = Process.Start("node", ["-e", "setTimeout(() => {}, 120000)"]);
        await File.WriteAllTextAsync(
            StateFile,
            $$"""
            { "pid": {{hanging.Id}}, "started": "{{ProcessIdentity.Find(hanging.Id)!.Started}}",
              "blobPort": 1, "queuePort": 1, "tablePort": 1, "users": [] }
            """);
        _options.AnswerSeconds = 1;

        await using var lease = await AcquireAsync();

        Assert.True(hanging.HasExited);
        Assert.NotEqual(hanging.Id, lease.ProcessId);
    }

    [Fact]
    public async Task Acquire_WithAnUnreadableState_StartsAnew()
    {
        await File.WriteAllTextAsync(StateFile, "{ cut of");

        await using var lease = await AcquireAsync();

        await Queue(lease, "new").CreateAsync();
    }

    [Fact]
    public async Task Acquire_WhenADefaultPortIsTaken_UsesFreeOnes()
    {
        _options.PreferDefaultPorts = true;
        using var holder = new TcpListener(IPAddress.Loopback, 10001);
        try
        {
            holder.Start();
        }
        catch (SocketException)
        {
            // Somebody else holds it: as good.
        }

        await using var lease = await AcquireAsync();

        Assert.DoesNotContain(":10000/", lease.ConnectionString, StringComparison.Ordinal);
        Assert.DoesNotContain(":10001/", lease.ConnectionString, StringComparison.Ordinal);
        await Queue(lease, "elsewhere").CreateAsync();
    }

    [Fact]
    public async Task Acquire_ForTwoFoldersAtOnce_GivesEachItsOwn()
    {
        _options.PreferDefaultPorts = true;
        var other = AzuriteFixture.Options();
        other.PreferDefaultPorts = true;
        try
        {
            var leases = await Task.WhenAll(AcquireAsync(), AzuriteInstance.AcquireAsync(other, CancellationToken.None));

            Assert.NotEqual(leases[0].ConnectionString, leases[1].ConnectionString);
            await Queue(leases[0], "mine").CreateAsync();
            Assert.False(await Queue(leases[1], "mine").ExistsAsync());
            await leases[0].DisposeAsync();
            await leases[1].DisposeAsync();
        }
        finally
        {
            Directory.Delete(other.DataFolder, recursive: true);
        }
    }

    [Fact]
    public async Task Acquire_WithoutAPackage_SaysWhatToDo()
    {
        _options.PackageFolder = _options.DataFolder;
        _options.StorageSetting = "MyStorage";

        var refusal = await Assert.ThrowsAsync<LocalStartupException>(AcquireAsync);

        Assert.Contains("MyStorage", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acquire_Cancelled_LeavesNoAzurite()
    {
        using var cancelled = new CancellationTokenSource();
        var acquiring = AzuriteInstance.AcquireAsync(_options, cancelled.Token);
        var pid = 0;
        await Until.TrueAsync(() => (pid = ReadPid()) > 0);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);

        Assert.False(IsAlive(pid));
    }

    private static QueueClient Queue(AzuriteLease lease, string name) => new(lease.ConnectionString, name);

    private static bool IsAlive(int pid) => ProcessIdentity.Find(pid) is not null;

    private static int DeadPid()
    {
        using var process = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.Id;
    }

    private Task<AzuriteLease> AcquireAsync() => AzuriteInstance.AcquireAsync(_options, CancellationToken.None);

    private int ReadPid()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(StateFile))!["pid"]!.GetValue<int>();
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void EditState(Action<JsonNode> edit)
    {
        var state = JsonNode.Parse(File.ReadAllText(StateFile))!;
        edit(state);
        File.WriteAllText(StateFile, state.ToJsonString());
    }
}
