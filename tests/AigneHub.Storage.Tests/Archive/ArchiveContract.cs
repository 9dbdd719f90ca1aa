using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Archive;

/// <summary>What every <see cref="IArchive"/> must do; run on blobs and on the fake.</summary>
public abstract class ArchiveContract
{
    private static readonly DateOnly Day = new(2026, 5, 1);
    private static readonly PurseId Purse = PurseId.OfAccount("default");

    internal abstract Task<IArchive> NewAsync();

    [Fact]
    public async Task Write_ADay_ReadsBackAsItWasAndIsWrittenOnce()
    {
        var archive = await NewAsync();
        var events = Events(Day, 700);
        Assert.Equal(ArchiveWrite.Written, await archive.WriteAsync(Purse, Day, Hours(events), events.ToAsyncEnumerable(), default));
        Assert.Equal(ArchiveWrite.Exists, await archive.WriteAsync(Purse, Day, Hours(events), events.ToAsyncEnumerable(), default));
        var found = (await archive.FindAsync(Purse, Day, default))!;
        Assert.Equal((Day, 700, Hours(events).Sum(hour => hour.Cost)), (found.Day, found.Count, found.Cost));
        Assert.Equal(Hours(events), found.Hours);
        Assert.Equal(events, await archive.ReadAsync(Purse, found, default).ToListAsync());
    }

    [Fact]
    public async Task Write_OtherEventsThanTheHoursSay_WritesNothing()
    {
        var archive = await NewAsync();
        var events = Events(Day, 5);
        foreach (var others in new[] { events[1..], [.. events, Events(Day, 24)[^1]], [events[0] with { Cost = 1 }, .. events[1..]] })
        {
            Assert.Equal(ArchiveWrite.Differs, await archive.WriteAsync(Purse, Day, Hours(events), others.ToAsyncEnumerable(), default));
        }

        Assert.Null(await archive.FindAsync(Purse, Day, default));
        Assert.Equal(ArchiveWrite.Written, await archive.WriteAsync(Purse, Day, Hours(events), events.ToAsyncEnumerable(), default));
    }

    [Fact]
    public async Task Write_FailsInTheMiddle_LeavesNothing()
    {
        var archive = await NewAsync();
        var events = Events(Day, 5);
        await Assert.ThrowsAsync<TimeoutException>(
            () => archive.WriteAsync(Purse, Day, Hours(events), events.ToAsyncEnumerable().Concat(Failing()), default));
        Assert.Null(await archive.FindAsync(Purse, Day, default));
        Assert.Equal(ArchiveWrite.Written, await archive.WriteAsync(Purse, Day, Hours(events), events.ToAsyncEnumerable(), default));
    }

    [Fact]
    public async Task Write_ManyAtOnce_OneIsWritten()
    {
        var archive = await NewAsync();
        var events = Events(Day, 50);
        var writes = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => archive.WriteAsync(Purse, Day, Hours(events), events.ToAsyncEnumerable(), default)));
        Assert.Equal(1, writes.Count(write => write == ArchiveWrite.Written));
        Assert.Equal(7, writes.Count(write => write == ArchiveWrite.Exists));
        var found = (await archive.FindAsync(Purse, Day, default))!;
        Assert.Equal(events, await archive.ReadAsync(Purse, found, default).ToListAsync());
    }

    [Fact]
    public async Task List_Span_IsInclusiveAscendingAndOfOnePurse()
    {
        var archive = await NewAsync();
        Assert.Empty(await archive.ListAsync(Purse, DateOnly.MinValue, DateOnly.MaxValue, default).ToListAsync());
        Assert.Null(await archive.FindAsync(Purse, Day, default));
        foreach (var (purse, offset) in new[] { (Purse, 2), (Purse, 0), (Purse, 40), (Purse, 1), (PurseId.OfAccount("default2"), 1) })
        {
            var events = Events(Day.AddDays(offset), offset + 1);
            await archive.WriteAsync(purse, Day.AddDays(offset), Hours(events), events.ToAsyncEnumerable(), default);
        }

        var days = await archive.ListAsync(Purse, Day, Day.AddDays(2), default).ToListAsync();
        Assert.Equal([(Day, 1), (Day.AddDays(1), 2), (Day.AddDays(2), 3)], days.Select(day => (day.Day, day.Count)));
        Assert.Equal([Day.AddDays(40)], (await archive.ListAsync(Purse, Day.AddDays(3), DateOnly.MaxValue, default).ToListAsync()).Select(d => d.Day));
    }

    /// <summary>One an hour, then from the beginning; every third without a price.</summary>
    internal static LedgerEvent[] Events(DateOnly day, int count) =>
    [
        .. Enumerable.Range(0, count)
            .Select(i => (Id: UsageSamples.IdAt(ArchivedDay.StartOf(day).AddHours(i % 24).AddSeconds(i)), Index: i))
            .OrderBy(made => made.Id.ToString("N"), StringComparer.Ordinal)
            .Select(made => new LedgerEvent(
                made.Id, "{\"v\": 1,\r\n\"text\":\"ü\\\"\\u0041\"}", made.Index % 3 == 0 ? null : made.Index, "hash", UnitId.OfMessage(made.Id, 1))),
    ];

    internal static HourCost[] Hours(IEnumerable<LedgerEvent> events) =>
    [
        .. events.GroupBy(row => Core.HubIds.HourOf(row.Id)).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new HourCost(group.Key, group.Sum(row => row.Cost ?? 0), group.Count())),
    ];

    private static async IAsyncEnumerable<LedgerEvent> Failing()
    {
        await Task.Yield();
        if (Day.Year > 0)
        {
            throw new TimeoutException();
        }

        yield break;
    }
}

[Collection(StorageCollections.Archive)]
public sealed class BlobArchiveTests(AzuriteFixture azurite) : ArchiveContract
{
    internal override async Task<IArchive> NewAsync() => (await azurite.NewHubAsync()).GetRequiredService<IArchive>();
}

public sealed class MemoryArchiveTests : ArchiveContract
{
    internal override Task<IArchive> NewAsync() => Task.FromResult<IArchive>(new MemoryArchive());
}
