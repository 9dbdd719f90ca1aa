using System.Globalization;
using AigneHub.Core;
using AigneHub.Core.Audit;
using AigneHub.Core.Ledger;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Storage.Tests.Audit;

[Collection(StorageCollections.Stores)]
public sealed class TableAuditStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly StorageOptions _options = azurite.NewOptions();
    private readonly FakeTimeProvider _clock = new(Noon);
    private ServiceProvider _hub = null!;

    private IAuditStore Audit => _hub.GetRequiredService<IAuditStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync(_options);

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Add_IntentThenOutcome_IsOneEntryAsWritten()
    {
        var intent = Intent("CreateKey");
        await Audit.AddAsync(intent, default);
        Assert.Equal(AuditOutcome.Unfinished, Assert.Single(await AllAsync(All)).Outcome);

        var end = intent with
        {
            TargetId = "key_1",
            Outcome = AuditOutcome.Done,
            Status = 201,
            Reason = "Größe \"1\"",
            EndedAt = Noon.AddSeconds(2),
            Before = """{"a":1}""",
            After = """{"a":2}""",
        };
        await Audit.AddAsync(end, default);

        var read = Assert.Single(await AllAsync(All));
        Assert.Equal(end with { Actor = read.Actor }, read);
        Assert.Equal(end.Actor.Roles, read.Actor.Roles);
        Assert.Equal(end.Actor with { Roles = read.Actor.Roles }, read.Actor);
    }

    [Fact]
    public async Task Add_OutcomeTwice_KeepsTheFirst()
    {
        var intent = Intent("CreateKey");
        await Audit.AddAsync(intent with { Outcome = AuditOutcome.Done, Status = 201 }, default);
        await Audit.AddAsync(intent with { Outcome = AuditOutcome.Failed, Status = 500 }, default);

        Assert.Equal(201, Assert.Single(await AllAsync(All)).Status);
    }

    /// <summary>The store has no other way to write; rows of entries are never touched again.</summary>
    [Fact]
    public void Store_HasNoWayToChangeAnEntry() => Assert.Equal(
        ["AddAsync", "DeleteOldAsync", "ListAsync"], typeof(IAuditStore).GetMethods().Select(method => method.Name).Order());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(200)]
    public async Task List_OverYears_IsNewestFirstWhateverThePages(int limit)
    {
        List<Guid> made = [];
        foreach (var days in (int[])[0, 0, 1, 9, 40, 41, 400, 401])
        {
            _clock.AdjustTime(Noon.AddDays(days).AddMinutes(made.Count));
            var intent = Intent("CreateKey");
            made.Add(intent.Id);
            await Audit.AddAsync(intent, default);
            if (made.Count % 3 != 0)
            {
                await Audit.AddAsync(intent with { Outcome = AuditOutcome.Done, Status = 201 }, default);
            }
        }

        var read = await AllAsync(All, limit);
        Assert.Equal(made.AsEnumerable().Reverse(), read.Select(entry => entry.Id));
        Assert.Equal(2, read.Count(entry => entry.Outcome == AuditOutcome.Unfinished));
        Assert.Equal(made.Skip(2).Take(3).Reverse(), (await AllAsync(new AuditQuery(Noon.AddDays(1), Noon.AddDays(41)), limit)).Select(e => e.Id));
    }

    [Fact]
    public async Task List_Bounds_AreFromInclusiveToExclusive()
    {
        var entry = Intent("CreateKey");
        await Audit.AddAsync(entry, default);

        Assert.Single(await AllAsync(new AuditQuery(Noon, Noon.AddMilliseconds(1))));
        Assert.Empty(await AllAsync(new AuditQuery(Noon.AddMilliseconds(1), Noon.AddDays(1))));
        Assert.Empty(await AllAsync(new AuditQuery(Noon.AddDays(-1), Noon)));
    }

    [Fact]
    public async Task List_Filters_AreAll()
    {
        AuditEntry[] entries =
        [
            Intent("CreateKey"),
            Intent("CreateKey") with { Outcome = AuditOutcome.Done, Status = 201, TargetId = "key_'1" },
            Intent("RevokeKey") with { Outcome = AuditOutcome.Denied, Status = 403, Actor = new("key_b", "B", "acme", []) },
            Intent("UpdateAlias") with { Outcome = AuditOutcome.Done, Status = 200, Target = "alias" },
        ];
        foreach (var entry in entries)
        {
            await Audit.AddAsync(entry with { Outcome = AuditOutcome.Unfinished }, default);
            if (entry.Outcome != AuditOutcome.Unfinished)
            {
                await Audit.AddAsync(entry, default);
            }
        }

        await ExpectAsync(All with { Actor = "key_a" }, 3, 1, 0);
        await ExpectAsync(All with { Actor = "key_b", Account = "acme" }, 2);
        await ExpectAsync(All with { Actor = "key_a", Account = "acme" });
        await ExpectAsync(All with { Action = "CreateKey" }, 1, 0);
        await ExpectAsync(All with { Target = "alias" }, 3);
        await ExpectAsync(All with { TargetId = "key_'1" }, 1);
        await ExpectAsync(All with { Outcome = AuditOutcome.Done }, 3, 1);
        await ExpectAsync(All with { Outcome = AuditOutcome.Unfinished }, 0);
        await ExpectAsync(All with { Action = "' or 1 eq 1 or '" });

        async Task ExpectAsync(AuditQuery query, params int[] expected) =>
            Assert.Equal(expected.Select(i => entries[i].Id), (await AllAsync(query, 1)).Select(entry => entry.Id));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("MjAyNjEx")] // 202611
    [InlineData("MjAyNjk5fHg")] // 202699|x
    [InlineData("OTk5OTEyfDA")] // 999912|0: each month down from it would be a query.
    public async Task List_ForeignContinuation_IsRefused(string continuation) => await Assert.ThrowsAsync<InvalidContinuationException>(
        () => Audit.ListAsync(All, 10, continuation, default));

    [Fact]
    public async Task Entry_AsLargeAsItMayBe_IsTaken()
    {
        var long_ = new string('ü', 30_000);
        await Audit.AddAsync(Intent("CreateKey") with { Outcome = AuditOutcome.Done, Before = long_, After = long_, Reason = long_[..500] }, default);

        Assert.Equal(long_, Assert.Single(await AllAsync(All)).After);
    }

    [Fact]
    public async Task DeleteOld_ByTheMomentOfWriting_DeletesWhatIsOlder()
    {
        // Rows are stamped by storage's own clock.
        _clock.AdjustTime(DateTimeOffset.UtcNow);
        await Audit.AddAsync(Intent("CreateKey"), default);
        await Audit.AddAsync(Intent("CreateKey") with { Outcome = AuditOutcome.Done }, default);

        Assert.Equal(0, await Audit.DeleteOldAsync(DateTimeOffset.UtcNow.AddHours(-1), default));
        Assert.Equal(2, await Audit.DeleteOldAsync(DateTimeOffset.UtcNow.AddHours(1), default));
        Assert.Empty(await AllAsync(new AuditQuery(Noon.AddYears(-1), DateTimeOffset.UtcNow.AddDays(1))));
    }

    /// <summary>A page looks at so many rows and no more, and says that there are others.</summary>
    [Fact]
    public async Task List_ThatFindsNothingInThousandsOfRows_GoesOnInPages()
    {
        var table = new StorageClients(_options).Table(TableKeys.Audit);
        var ids = new HubIds(_clock);
        var entry = Intent("CreateKey");
        var wanted = Intent("CreateKey") with { Id = ids.New(), Outcome = AuditOutcome.Done };
        await Audit.AddAsync(entry, default);
        await Audit.AddAsync(wanted, default);
        var row = (await table.GetEntityAsync<TableEntity>(
            TableKeys.AuditPartition(Noon), TableKeys.AuditRow(wanted.Id, isOutcome: true))).Value;
        _clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 21; i++)
        {
            var batch = new TableBatch(row.PartitionKey);
            for (var j = 0; j < 100; j++)
            {
                batch.Add(new TableEntity(row) { RowKey = TableKeys.AuditRow(ids.New(), isOutcome: true) });
            }

            await batch.SubmitAsync(table, default);
        }

        var first = await Audit.ListAsync(All with { Outcome = AuditOutcome.Unfinished }, 10, null, default);
        Assert.Empty(first.Items);
        Assert.NotNull(first.Continuation);
        Assert.Equal(entry.Id, Assert.Single(await AllAsync(All with { Outcome = AuditOutcome.Unfinished }, 10)).Id);
    }

    private static AuditQuery All { get; } = new(Noon.AddYears(-1), Noon.AddYears(2));

    private AuditEntry Intent(string action)
    {
        var id = new HubIds(_clock).New();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        return new AuditEntry(id, new AuditActor("key_a", "A", "default", ["owner@hub"]), "198.51.100.7", "POST", action, "key", null);
    }

    private async Task<IReadOnlyList<AuditEntry>> AllAsync(AuditQuery query, int limit = 100)
    {
        List<AuditEntry> all = [];
        string? continuation = null;
        do
        {
            var page = await Audit.ListAsync(query, limit, continuation, default);
            Assert.True(page.Items.Count <= limit, page.Items.Count.ToString(CultureInfo.InvariantCulture));
            all.AddRange(page.Items);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return all;
    }
}
