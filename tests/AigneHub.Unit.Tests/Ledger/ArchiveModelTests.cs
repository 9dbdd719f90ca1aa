using AigneHub.Core;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Ledger;

/// <summary>Nights in which archivers and restorers are killed anywhere: no call is ever lost, changed or seen twice.</summary>
public sealed class ArchiveModelTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly PurseId Purse = PurseId.OfAccount("default");

    [Fact]
    public async Task Nights_KilledAnywhere_KeepEveryCall()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            await RunAsync(seed);
        }
    }

    [Fact]
    public async Task Archive_AnHourThatDiffers_IsNeitherWrittenNorDeleted()
    {
        var clock = new FakeTimeProvider(Start);
        var (ledger, archive) = (new MemoryLedger(clock), new MemoryArchive());
        using var pipeline = new Pipeline(ledger, ledger, ledger, clock, archive: archive);
        await SettleAsync(pipeline, Start, new Random(1), 30);
        await pipeline.Walker.FoldAndAuditAllAsync(default);
        ledger.Tamper(Purse, HourSpan.Of(Start), addedCost: 1);
        clock.Advance(TimeSpan.FromDays(100));

        var sum = await pipeline.Archiver.ArchiveAllAsync(_ => { }, default);
        Assert.Equal((0, 1), (sum.Days, sum.Differing));
        Assert.Equal(30, (await pipeline.AllLinesAsync()).Count);
        Assert.Null(await archive.FindAsync(Purse, new DateOnly(2026, 5, 20), default));
        Assert.Contains(pipeline.Incidents.All, incident => incident is { Kind: IncidentKind.ArchiveDiffers, Subject: "20260520" });
    }

    [Fact]
    public async Task Audit_OfAnArchivedDay_IsHeldAgainstTheArchive()
    {
        var clock = new FakeTimeProvider(Start);
        var (ledger, archive) = (new MemoryLedger(clock), new MemoryArchive());
        using var pipeline = new Pipeline(ledger, ledger, ledger, clock, archive: archive);
        await SettleAsync(pipeline, Start, new Random(2), 10);
        await pipeline.Walker.FoldAndAuditAllAsync(default);
        clock.Advance(TimeSpan.FromDays(100));
        await pipeline.Archiver.ArchiveAllAsync(_ => { }, default);
        var span = HourSpan.Between(Start.AddDays(-1), clock.GetUtcNow());
        Assert.Empty(await pipeline.AllLinesAsync());
        Assert.True((await pipeline.Auditor.AuditAsync(Purse, span, default)).Agrees);

        ledger.Tamper(Purse, HourSpan.Of(Start), addedCost: 1);
        var report = await pipeline.Auditor.AuditAsync(Purse, span, default);
        Assert.Contains(report.Findings, finding => finding is { Check: "events_cost", Hour: "2026052012" });
        using var without = new Pipeline(ledger, ledger, ledger, clock);
        Assert.Contains(
            (await without.Auditor.AuditAsync(Purse, span, default)).Findings, finding => finding is { Check: "events_count", Expected: 0 });
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var clock = new FakeTimeProvider(Start.AddDays(-6));
        var (ledger, archive) = (new MemoryLedger(clock), new MemoryArchive());
        using var pipeline = new Pipeline(ledger, ledger, ledger, clock, archive: archive);
        for (var day = -6; day < 0; day++)
        {
            clock.SetUtcNow(Start.AddDays(day));
            await SettleAsync(pipeline, clock.GetUtcNow(), random, random.Next(1, 300));
        }

        await pipeline.Walker.FoldAndAuditAllAsync(default);
        clock.SetUtcNow(Start.AddDays(88));
        var before = await StatementAsync(pipeline);
        for (var night = 0; night < 8; night++)
        {
            var left = random.Next(0, 12);
            ledger.BeforeWrite = _ => left-- > 0 ? Task.CompletedTask : throw new StorageUnavailableException("killed");
            await Task.WhenAll(
                pipeline.Archiver.ArchiveAllAsync(_ => { }, default), pipeline.Archiver.ArchiveAllAsync(_ => { }, default));
            if (random.Next(2) == 0)
            {
                await TryRestoreAsync(ledger, pipeline, random);
            }

            ledger.BeforeWrite = _ => Task.CompletedTask;
            Assert.Equal(before, await StatementAsync(pipeline));
            Assert.True((await pipeline.Auditor.AuditAsync(Purse, HourSpan.Between(Start.AddDays(-9), Start), default)).Agrees);
            clock.Advance(TimeSpan.FromDays(1));
        }

        clock.Advance(TimeSpan.FromDays(3));
        await pipeline.Archiver.ArchiveAllAsync(_ => { }, default);
        Assert.Empty(await pipeline.AllLinesAsync());
        Assert.Equal(before, await StatementAsync(pipeline));
        Assert.DoesNotContain(pipeline.Incidents.All, incident => incident.Kind != IncidentKind.ArchiveFailed);
    }

    private static async Task TryRestoreAsync(MemoryLedger ledger, Pipeline pipeline, Random random)
    {
        var purse = await ((IPurseRegistry)ledger).FindAsync(Purse, default);
        var from = Start.AddDays(-random.Next(1, 7)).AddHours(random.Next(-9, 9));
        try
        {
            await pipeline.Restorer.RestoreAsync(purse!, from, from.AddHours(random.Next(1, 90)), TimeSpan.FromDays(random.Next(1, 3)), default);
        }
        catch (StorageUnavailableException)
        {
            // Killed.
        }
    }

    private static async Task SettleAsync(Pipeline pipeline, DateTimeOffset moment, Random random, int count)
    {
        var events = Enumerable.Range(0, count).Select(i => UsageSamples.Event(
            UsageSamples.IdAt(moment.AddSeconds(random.Next(0, 7_200))), units: random.Next(9_000), rate: i % 7 == 0 ? null : 2_000_000_000));
        foreach (var message in UsageSamples.Messages(pipeline.Ids, events.OrderBy(usage => HubIds.HourOf(usage.Id))))
        {
            await pipeline.Processor.SettleAsync(message, default);
        }
    }

    private static async Task<List<(DateTimeOffset, long, long)>> StatementAsync(Pipeline pipeline) =>
        await pipeline.Statements
            .ReadAsync("default", new StatementQuery(ArchivedDay.StartOf(new DateOnly(2026, 5, 1)), ArchivedDay.StartOf(new DateOnly(2026, 6, 1)), StatementContent.All), default)
            .Select(line => (line.Time, line.Amount, line.Balance)).ToListAsync();
}
