using System.Globalization;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Unit.Tests.Pricing;

/// <summary>Every recording that has usage, priced: what was worked out by hand is in <c>recorded-prices.json</c>.</summary>
public sealed class RecordedPriceTests
{
    private static readonly JsonElement Table =
        JsonDocument.Parse(Repository.Read("tests/AigneHub.Unit.Tests/Pricing/recorded-prices.json")).RootElement;

    public static TheoryData<string> Priced { get; } = [.. Names("priced")];

    [RecordingsTheory]
    [MemberData(nameof(Priced))]
    public void Price_OfARecording_IsWhatAHandWorkedOut(string recording)
    {
        var row = Table.GetProperty("priced").EnumerateArray().Single(row => Text(row, "recording") == recording);
        var usd = row.GetProperty("usd").EnumerateObject().ToDictionary(
            rate => rate.Name, rate => Nano.TryParse(rate.Value.GetString()!, out var nano) ? nano : throw new FormatException(rate.Name));
        Assert.True(RateLines.TryRead(usd, long.MaxValue, out var rates, out _));

        var usage = UsageOf(recording, Enum.Parse<ModelApi>(Text(row, "api")), ProviderTable.Find(Text(row, "vendor"))!.Quirks);
        var lines = PriceLines.For(rates, usage.ToUnits(rates[UnitKind.Reasoning] is not null), neverFree: true, usage.Form);

        Assert.Equal(Text(row, "lines"), string.Join(" + ", lines.Select(line => string.Create(
            CultureInfo.InvariantCulture, $"{line.Units} × {Nano.ToDecimalString(line.Rate!.Value)}"))));
        Assert.Equal(Text(row, "cost"), Nano.ToDecimalString(Cost.Of(lines)!.Value));
    }

    /// <summary>A recording that is added must be priced, or said to have no usage.</summary>
    [RecordingsTheory]
    [InlineData("*.json")]
    [InlineData("*.chunks.txt")]
    public void Recordings_AreAllInTheTable(string kind)
    {
        var recorded = Directory.EnumerateFiles(Recordings.Folder, kind, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Recordings.Folder, path).Replace('\\', '/'));
        var known = Names("priced").Concat(Names("withoutUsage")).Where(name => name.EndsWith(kind[1..], StringComparison.Ordinal));
        Assert.Equal(recorded.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    private static TokenUsage UsageOf(string recording, ModelApi api, UsageQuirks quirks)
    {
        var reader = AnswerReaders.For(api);
        if (recording.EndsWith(".json", StringComparison.Ordinal))
        {
            return reader.Read(Recordings.Read(recording), quirks).Usage!.Value;
        }

        using var tap = reader.NewTap(quirks, 1 << 20)!;
        foreach (var sseEvent in Recordings.ReadEvents(recording))
        {
            tap.Read(Encoding.UTF8.GetBytes(sseEvent));
        }

        return tap.Usage!.Value;
    }

    private static IEnumerable<string> Names(string list) => Table.GetProperty(list).EnumerateArray().Select(row => Text(row, "recording"));

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
