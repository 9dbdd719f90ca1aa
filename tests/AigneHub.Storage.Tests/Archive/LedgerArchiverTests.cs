using System.IO.Compression;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Storage.Tests.Archive;

/// <summary>Old days on real tables and blobs: whatever is killed, repeated, done at once, or wrong.</summary>
[Collection(StorageCollections.Archive)]
public sealed class LedgerArchiverTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Start = new(2026, 5, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly PurseId Purse = PurseId.OfAccount("default");
    private static readonly PurseSet TeamToo = new(Purse, [new PurseId("team:a")]);
    private static readonly StatementQuery Month = new(Start.AddDays(-10), Start.AddDays(100), StatementContent.All);

    [Fact]
    public async Task Archive_OldDays_LeaveTheTableAndNobodyMissesThem()
    {
        await using var bench = await Bench.NewAsync(azurite);
        var (before, marks) = (await bench.StatementAsync(), await bench.CountAsync("q|"));
        var told = new List<DayArchived>();
        var sum = await bench.Pipeline.Archiver.ArchiveAllAsync(told.Add, default);

        Assert.Equal(new ArchiveSummary(2, 0, 3, 750, sum.Marks, 0, 0), sum);
        Assert.Equal([(2, 250L), (3, 250L), (4, 250L)], told.Select(day => (Start.Day - day.Day.Day, day.Calls)));
        Assert.All(told, day => Assert.True(day is { Written: true, Deleted: 250 }));
        Assert.Equal(250, await bench.CountAsync("e|"));
        // As many in the team's purse.
        Assert.InRange(sum.Marks, 2 * 3 * 3, 2 * marks);
        Assert.Equal(marks - (sum.Marks / 2), await bench.CountAsync("q|"));
        Assert.Equal(before, await bench.StatementAsync());
        await bench.AssertAuditAsync();

        var again = await bench.Pipeline.Archiver.ArchiveAllAsync(told.Add, default);
        Assert.Equal(new ArchiveSummary(2, 0, 0, 0, 0, 0, 0), again);
        Assert.Empty(bench.Pipeline.Incidents.All);
    }

    [Fact]
    public async Task Archive_TheBlob_IsJsonLinesThatAnybodyCanRead()
    {
        await using var bench = await Bench.NewAsync(azurite);
        await bench.ArchiveAsync();
        var blob = await bench.Container.GetBlobClient(bench.BlobName(-3)).DownloadContentAsync();
        using var gzip = new GZipStream(blob.Value.Content.ToStream(), CompressionMode.Decompress);
        var lines = (await new StreamReader(gzip).ReadToEndAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal(250, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("{\"id\":\"", line, StringComparison.Ordinal));
        Assert.Contains("\"event\":{\"v\":1,", lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Archive_KilledBetweenBlobAndDeleteOrInTheMiddle_TheNextNightGoesOn(int transactionsBeforeTheKill)
    {
        await using var bench = await Bench.NewAsync(azurite);
        var before = await bench.StatementAsync();
        var dying = bench.NewPipeline(new DyingLedger(bench.Ledger, transactionsBeforeTheKill), bench.Archive);
        var killed = await dying.Archiver.ArchiveAllAsync(_ => { }, default);
        Assert.Equal(1, killed.Failed);
        Assert.Equal(1_000 - (transactionsBeforeTheKill * 100) + (transactionsBeforeTheKill > 2 ? 50 : 0), await bench.CountAsync("e|"));
        Assert.Equal(before, await bench.StatementAsync());
        await bench.AssertAuditAsync();

        await bench.ArchiveAsync();
        Assert.Equal(250, await bench.CountAsync("e|"));
        Assert.Equal(before, await bench.StatementAsync());
        await bench.AssertAuditAsync();
        Assert.Empty(bench.Pipeline.Incidents.All);
    }

    [Fact]
    public async Task Archive_SeveralAtOnce_IsAsIfByOne()
    {
        await using var bench = await Bench.NewAsync(azurite);
        var before = await bench.StatementAsync();
        var sums = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => bench.NewPipeline(bench.Ledger, bench.Archive).Archiver.ArchiveAllAsync(_ => { }, default)));
        Assert.All(sums, sum => Assert.Equal((0, 0), (sum.Differing, sum.Failed)));
        Assert.Equal(250, await bench.CountAsync("e|"));
        Assert.Equal(before, await bench.StatementAsync());
        await bench.AssertAuditAsync();
    }

    [Theory]
    [InlineData("one event more")]
    [InlineData("one event fewer")]
    [InlineData("another event")]
    [InlineData("other content")]
    [InlineData("not by the hub")]
    [InlineData("not gzip")]
    [InlineData("other lines than its sums")]
    public async Task Archive_ABlobThatDiffers_IsAnIncidentAndNothingIsDeleted(string how)
    {
        await using var bench = await Bench.NewAsync(azurite);
        await bench.PutWrongAsync(how);
        var sum = await bench.Pipeline.Archiver.ArchiveAllAsync(_ => { }, default);

        Assert.Equal((1, 2), (sum.Differing, sum.Days));
        // The young day's and those of the day that differs.
        Assert.Equal(500, await bench.CountAsync("e|"));
        var incident = Assert.Single(bench.Pipeline.Incidents.All);
        Assert.Equal((IncidentKind.ArchiveDiffers, Purse, "20260517"), (incident.Kind, incident.Purse!.Value, incident.Subject));
        Assert.EndsWith("Nothing of the day was deleted.", incident.Detail, StringComparison.Ordinal);
        if (how is "not gzip" or "other lines than its sums")
        {
            var day = (await bench.Archive.FindAsync(Purse, DateOnly.FromDateTime(Start.AddDays(-3).Date), default))!;
            await Assert.ThrowsAsync<ArchiveBrokenException>(() => bench.Archive.ReadAsync(Purse, day, default).ToListAsync().AsTask());
        }
    }

    [Fact]
    public async Task Restore_ADay_IsListedAgainUntilItsTimeIsOver()
    {
        await using var bench = await Bench.NewAsync(azurite);
        await bench.ArchiveAsync();
        var before = await bench.StatementAsync();
        var money = (await bench.Ledger.ReadPurseAsync(Purse, 86, default)).State!.Value;
        var marks = await bench.CountAsync("q|");
        var (from, to) = (Start.AddDays(-3).AddHours(6), Start.AddDays(-2).AddHours(1));

        var report = await bench.RestoreAsync(from, to);
        var restored = report.Restored;
        Assert.InRange(restored, 180, 320);
        Assert.Equal(new RestoreReport(restored, 0, bench.Clock.GetUtcNow().AddDays(0.5), null), report);
        Assert.Equal(new RestoreReport(0, restored, report.Until, null), await bench.RestoreAsync(from, to));
        var listed = await bench.Pipeline.AllLinesAsync();
        Assert.Equal(250 + restored, listed.Count);
        Assert.Equal(restored, listed.Count(line => HubIds.TimeOf(line.Event.Id) >= from && HubIds.TimeOf(line.Event.Id) < to));
        Assert.Equal(before, await bench.StatementAsync());
        await bench.AssertAuditAsync();
        Assert.Equal(marks, await bench.CountAsync("q|"));
        Assert.Equal(money, (await bench.Ledger.ReadPurseAsync(Purse, 86, default)).State!.Value);

        var held = await bench.Pipeline.Archiver.ArchiveAllAsync(_ => { }, default);
        Assert.Equal((1, 0L), (held.Held, held.Calls));
        bench.Clock.Advance(TimeSpan.FromDays(0.6));
        var over = await bench.Pipeline.Archiver.ArchiveAllAsync(day => Assert.False(day.Written), default);
        Assert.Equal((0, restored), (over.Held, over.Calls));
        Assert.Equal(250, await bench.CountAsync("e|"));
        Assert.Empty(bench.Pipeline.Incidents.All);
    }

    /// <summary>Four days with 250 calls each, the last one too young; read, settled and folded.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly ServiceProvider _hub;
        private readonly StorageOptions _options;
        private readonly List<Pipeline> _pipelines = [];

        private Bench(ServiceProvider hub, StorageOptions options)
        {
            (_hub, _options) = (hub, options);
            Pipeline = NewPipeline(Ledger, Archive);
        }

        public FakeTimeProvider Clock { get; } = new(Start.AddDays(-5));
        public ILedgerStore Ledger => _hub.GetRequiredService<ILedgerStore>();
        public IArchive Archive => _hub.GetRequiredService<IArchive>();
        public Pipeline Pipeline { get; }
        public BlobContainerClient Container => new(_options.ConnectionString, _options.ArchiveContainer);

        public static async Task<Bench> NewAsync(AzuriteFixture azurite)
        {
            var options = azurite.NewOptions();
            var bench = new Bench(await azurite.NewHubAsync(options), options);
            var random = new Random(11);
            foreach (var day in new[] { -4, -3, -2, 0 })
            {
                bench.Clock.SetUtcNow(Start.AddDays(day + 1).AddSeconds(-1));
                UsageEvent[] events =
                [
                    .. Enumerable.Range(0, 250).Select(i => UsageSamples.Event(
                        UsageSamples.IdAt(Start.AddDays(day).AddHours(random.Next(3) * 8).AddSeconds(random.Next(3_600))), units: random.Next(5_000),
                        rate: i % 9 == 0 ? null : 2_500_000_000)),
                ];
                foreach (var message in UsageSamples.Messages(bench.Pipeline.Ids, events.OrderBy(e => HubIds.HourOf(e.Id)), TeamToo))
                {
                    await bench.Pipeline.Processor.SettleAsync(message, default);
                }
            }

            await bench.Pipeline.Walker.FoldAndAuditAllAsync(default);
            // The youngest day is too young by one.
            bench.Clock.SetUtcNow(Start.AddDays(new ArchiveOptions().DaysInTables));
            return bench;
        }

        public Pipeline NewPipeline(ILedgerStore ledger, IArchive archive)
        {
            var pipeline = new Pipeline(
                ledger, _hub.GetRequiredService<IPurseRegistry>(), _hub.GetRequiredService<IPoisonStore>(), Clock, archive: archive);
            _pipelines.Add(pipeline);
            return pipeline;
        }

        public Task<ArchiveSummary> ArchiveAsync() => Pipeline.Archiver.ArchiveAllAsync(_ => { }, default);

        public async Task<string[]> StatementAsync() =>
        [
            .. await Pipeline.Statements.ReadAsync("default", Month, default)
                .Select(line => $"{line.Time:O} {line.Amount} {line.Balance} {(line as StatementLine.Called)?.Line.Event.Id}").ToListAsync(),
        ];

        public async Task AssertAuditAsync()
        {
            var report = await Pipeline.Auditor.AuditAsync(Purse, HourSpan.Between(Month.From, Month.To), default);
            Assert.Empty(report.Findings);
            Assert.Equal(4 * 3, report.HoursChecked);
        }

        public async Task<RestoreReport> RestoreAsync(DateTimeOffset from, DateTimeOffset to)
        {
            var purse = await _hub.GetRequiredService<IPurseRegistry>().FindAsync(Purse, default);
            return await Pipeline.Restorer.RestoreAsync(purse!, from, to, TimeSpan.FromDays(0.5), default);
        }

        public async Task<int> CountAsync(string prefix) => await new TableClient(_options.ConnectionString, _options.TablePrefix + TableKeys.Ledger)
            .QueryAsync<TableEntity>(TableClient.CreateQueryFilter(
                $"PartitionKey eq {TableKeys.OfPurse(Purse)} and RowKey ge {prefix} and RowKey lt {TableKeys.EndOf(prefix)}"))
            .CountAsync();

        public string BlobName(int day) => $"v1/{TableKeys.OfPurse(Purse)}/{Start.AddDays(day):yyyy-MM-dd}.jsonl.gz";

        public async Task PutWrongAsync(string how)
        {
            var day = DateOnly.FromDateTime(Start.AddDays(-3).Date);
            var hours = await Ledger.SumEventsAsync(
                Purse, HourSpan.Between(ArchivedDay.StartOf(day), ArchivedDay.StartOf(day.AddDays(1))), default).ToListAsync();
            hours.Reverse();
            var events = await Pipeline.History.ReadTableAsync(Purse, hours, default).ToListAsync();
            List<LedgerEvent> wrong = how switch
            {
                "one event more" => [.. events, new LedgerEvent(UsageSamples.IdAt(ArchivedDay.StartOf(day.AddDays(1)).AddMilliseconds(-1)), "{}", null, "h", "u")],
                "one event fewer" => events[..^1],
                "another event" => [.. events[..^1], events[^1] with { Id = new Guid([.. events[^1].Id.ToByteArray(true)[..^1], 0], true) }],
                "other content" => [.. events[..^1], events[^1] with { Unit = "other" }],
                _ => events,
            };
            await Archive.WriteAsync(Purse, day, ArchiveContract.Hours(wrong), wrong.ToAsyncEnumerable(), default);
            var blob = Container.GetBlobClient(BlobName(-3));
            var metadata = (await blob.GetPropertiesAsync()).Value.Metadata;
            switch (how)
            {
                case "not by the hub":
                    await blob.UploadAsync(BinaryData.FromString("x"), overwrite: true);
                    break;
                case "not gzip":
                    await blob.UploadAsync(BinaryData.FromString("x"), overwrite: true);
                    await blob.SetMetadataAsync(metadata);
                    break;
                case "other lines than its sums":
                    var content = new MemoryStream();
                    using (var gzip = new GZipStream(content, CompressionMode.Compress, leaveOpen: true))
                    {
                        using var before = new GZipStream((await blob.DownloadContentAsync()).Value.Content.ToStream(), CompressionMode.Decompress);
                        var text = await new StreamReader(before).ReadToEndAsync();
                        gzip.Write(Encoding.UTF8.GetBytes(text.Replace("sim/steady", "sim/Steady", StringComparison.Ordinal)));
                    }

                    content.Position = 0;
                    await blob.UploadAsync(content, overwrite: true);
                    await blob.SetMetadataAsync(metadata);
                    break;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var pipeline in _pipelines)
            {
                pipeline.Dispose();
            }

            await _hub.DisposeAsync();
        }
    }

    /// <summary>Dies with the deletion after so many.</summary>
    private sealed class DyingLedger(ILedgerStore inner, int deletions) : WrappedLedger(inner)
    {
        private int _left = deletions;

        public override Task DeleteEventsAsync(PurseId purse, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
            _left-- > 0 ? base.DeleteEventsAsync(purse, ids, cancellationToken) : throw new StorageUnavailableException("killed");
    }
}
