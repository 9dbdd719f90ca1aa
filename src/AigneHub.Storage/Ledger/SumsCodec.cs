using System.Buffers;
using System.Text.Json;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Storage.Ledger;

/// <summary>
/// Sums as compressed JSON: an array of <c>[model, key, project, calls, cost, failed, cancelled, estimated, unpriced,
/// {kind: units}]</c>.
/// </summary>
internal static class SumsCodec
{
    /// <summary>Compressed bytes of one row's sums.</summary>
    public const int PackedBytesMax = 256 * 1024;

    /// <summary>Combinations that do not fit are moved into <see cref="SumKey.Other"/>: the total stays exact.</summary>
    public static byte[] Encode(UsageSums sums)
    {
        var packed = GzipColumns.Pack(Write(sums));
        for (var fitting = sums; packed.Length > PackedBytesMax; packed = GzipColumns.Pack(Write(fitting)))
        {
            fitting = fitting.Copy();
            fitting.Shrink(fitting.ByKey.Count * 3 / 4);
        }

        return packed;
    }

    public static UsageSums Decode(byte[] packed)
    {
        var sums = new UsageSums();
        using var document = JsonDocument.Parse(GzipColumns.Unpack(packed));
        foreach (var row in document.RootElement.EnumerateArray())
        {
            var totals = new UsageTotals
            {
                Calls = row[3].GetInt64(),
                Cost = row[4].GetInt64(),
                Failed = row[5].GetInt64(),
                Cancelled = row[6].GetInt64(),
                Estimated = row[7].GetInt64(),
                Unpriced = row[8].GetInt64(),
            };
            foreach (var unit in row[9].EnumerateObject())
            {
                if (!UnitKinds.TryParse(unit.Name, out var kind))
                {
                    throw new InvalidDataException($"Unit kind {unit.Name} is not known.");
                }

                totals[kind] = unit.Value.GetInt64();
            }

            sums.Add(new SumKey(row[0].GetString()!, row[1].GetString()!, row[2].GetString()), totals);
        }

        return sums;
    }

    private static ReadOnlySpan<byte> Write(UsageSums sums)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        foreach (var (key, totals) in sums.ByKey)
        {
            json.WriteStartArray();
            json.WriteStringValue(key.Model);
            json.WriteStringValue(key.Key);
            json.WriteStringValue(key.Project);
            json.WriteNumberValue(totals.Calls);
            json.WriteNumberValue(totals.Cost);
            json.WriteNumberValue(totals.Failed);
            json.WriteNumberValue(totals.Cancelled);
            json.WriteNumberValue(totals.Estimated);
            json.WriteNumberValue(totals.Unpriced);
            json.WriteStartObject();
            for (var kind = (UnitKind)0; (int)kind < UnitKinds.Count; kind++)
            {
                if (totals[kind] != 0)
                {
                    json.WriteNumber(UnitKinds.Name(kind), totals[kind]);
                }
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan;
    }
}
