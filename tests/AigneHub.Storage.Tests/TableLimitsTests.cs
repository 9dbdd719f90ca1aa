using System.Text;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Storage.Ledger;
using AigneHub.Testing;
using Azure.Data.Tables;
using CsCheck;

namespace AigneHub.Storage.Tests;

/// <summary>The service's limits that Azurite does not guard, and the forms of keys and columns.</summary>
public sealed class TableLimitsTests
{
    [Fact]
    public void Batch_OverTwoPartitions_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => new TableBatch("a").Add(new TableEntity("b", "1")));

    [Fact]
    public void Batch_ARowTwice_IsRefused()
    {
        var batch = new TableBatch("a");
        batch.Add(new TableEntity("a", "1"));
        Assert.Throws<InvalidOperationException>(() => batch.Delete("1"));
    }

    [Fact]
    public void Batch_OfAHundredAndOneRows_IsRefused()
    {
        var batch = new TableBatch("a");
        for (var i = 0; i < 100; i++)
        {
            batch.Add(new TableEntity("a", $"{i}"));
        }

        Assert.Throws<InvalidOperationException>(() => batch.Add(new TableEntity("a", "100")));
    }

    [Fact]
    public async Task Batch_OfMoreThanFourMebibytes_IsRefused()
    {
        var batch = new TableBatch("a");
        for (var i = 0; i < 60; i++)
        {
            batch.Add(new TableEntity("a", $"{i}") { ["Bytes"] = new byte[60 * 1024] });
        }

        var unreachable = new TableClient("UseDevelopmentStorage=true", "none");
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.SubmitAsync(unreachable, default));
    }

    [Fact]
    public void GzipColumns_AnyContent_ReadsBackFromColumnsWithinTheLimit() => Gen.Byte.Array[0, 200_000].Sample(content =>
    {
        var row = new TableEntity("p", "r");
        GzipColumns.Set(row, "Content", GzipColumns.Pack(content));
        Assert.All(row.Select(column => column.Value).OfType<byte[]>(), column => Assert.InRange(column.Length, 1, GzipColumns.ColumnBytesMax));
        Assert.Equal(content, GzipColumns.Unpack(GzipColumns.Get(row, "Content")!));
    }, iter: 30);

    [Fact]
    public void Sums_TooLongForARow_KeepTheTotalInOther()
    {
        var random = new Random(1);
        var sums = new UsageSums();
        for (var i = 0; i < UsageSums.CombinationsMax; i++)
        {
            // Names that don't compress.
            var name = Convert.ToHexString(Enumerable.Range(0, 200).Select(_ => (byte)random.Next(256)).ToArray());
            sums.Add(new SumKey(name, "key", null), new UsageTotals { Calls = 1 + random.Next(9), Cost = random.Next(1_000_000) });
        }

        var packed = SumsCodec.Encode(sums);
        var read = SumsCodec.Decode(packed);
        Assert.InRange(packed.Length, 1, SumsCodec.PackedBytesMax);
        Assert.True(read.ByKey.Count > 100);
        Assert.True(sums.Total().SameAs(read.Total()));
    }

    [Fact]
    public void Sums_AnyEvents_ReadBackEqual()
    {
        var events = Enumerable.Range(0, 98).Select(i => UsageSamples.Event(
            UsageSamples.IdAt(TimeProvider.System.GetUtcNow()), i, i % 7 == 0 ? null : i, $"sim/ü\"{i % 5}", $"key_{i % 3}",
            i % 2 == 0 ? null : "p", (CallOutcome)(i % 3), i % 4 == 0));
        var sums = UsageSums.Of(events);
        var read = SumsCodec.Decode(SumsCodec.Encode(sums));
        Assert.Equal(sums.ByKey.Keys.ToHashSet(), read.ByKey.Keys.ToHashSet());
        Assert.All(sums.ByKey, pair => Assert.True(pair.Value.SameAs(read.ByKey[pair.Key])));
    }

    [Fact]
    public void Keys_Inverse_TurnsTheOrderRoundAndBack()
    {
        Gen.Select(Gen.Guid, Gen.Guid).Sample((left, right) =>
        {
            Assert.Equal(left, TableKeys.IdOfEvent(TableKeys.Event(left)));
            Assert.Equal(
                Math.Sign(string.CompareOrdinal(left.ToString("N"), right.ToString("N"))),
                -Math.Sign(string.CompareOrdinal(TableKeys.Event(left), TableKeys.Event(right))));
        });
        Assert.Equal("h|7973887687", TableKeys.Hour("2026112312"));
        Assert.Equal("2026112312", TableKeys.HourOf(TableKeys.Hour("2026112312")));
        Assert.Equal("q|fe673c0f5e4d83c2-ff", TableKeys.Settled("0198c3f0a1b27c3d-00"));
    }

    [Fact]
    public void Keys_Partition_IsSpreadByTheHashOfTheId()
    {
        Assert.Equal("2d7b-account:default", TableKeys.OfPurse(PurseId.OfAccount("default")));
        var prefixes = Enumerable.Range(0, 500).Select(i => TableKeys.OfPurse(new PurseId($"key:{i}"))[..1]).Distinct();
        Assert.Equal(16, prefixes.Count());
    }

    [Fact]
    public void Continuation_AnyRow_ReadsBackAndNothingElseDoes()
    {
        Assert.Equal("i-abc012", RowContinuation.Decode(RowContinuation.Encode("i-abc012")));
        foreach (var foreign in new[] { "", "%", "a b", Convert.ToBase64String(Encoding.UTF8.GetBytes("x' or 1 eq 1")), new string('A', 201) })
        {
            Assert.Throws<InvalidContinuationException>(() => RowContinuation.Decode(foreign));
        }
    }
}
