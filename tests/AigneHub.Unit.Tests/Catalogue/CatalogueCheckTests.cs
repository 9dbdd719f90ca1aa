using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Unit.Tests.Catalogue;

/// <summary>What may be sent as a catalogue.</summary>
public sealed class CatalogueCheckTests
{
    private const string Plain =
        """{"format":1,"asOf":"2026-11-23","providers":{"openai":[{"id":"m","rates":{"input":1000,"image:hd":5}}]}}""";

    [Fact]
    public void Read_TheBuiltInDocument_IsRightAndTheSame()
    {
        using var stream = typeof(PriceCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);

        var (catalogue, wrong) = CatalogueCheck.Read(bytes);

        Assert.Null(wrong);
        Assert.InRange(bytes.Length, 1, CatalogueCheck.BytesMax / 2);
        var drift = CatalogueDrift.Between(PriceCatalogue.Load(), catalogue!);
        Assert.Empty(drift.Models);
        Assert.Equal(catalogue!.Models.Count, drift.Unchanged);
        Assert.False(drift.IsSuspicious);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"format":1""")]
    [InlineData("""{"format":1,"format":1,"asOf":"2026-11-23","providers":{"openai":[{"id":"m"}]}}""")]
    [InlineData("""{"format":2,"asOf":"2026-11-23","providers":{"openai":[{"id":"m"}]}}""")]
    [InlineData("""{"format":1,"asOf":"23.11.2026","providers":{"openai":[{"id":"m"}]}}""")]
    [InlineData("""{"format":1,"asOf":"2026-11-23","providers":{"openai":[]}}""")]
    [InlineData("""{"format":1,"asOf":"2026-11-23","providers":[]}""")]
    [InlineData("""{"format":1,"asOf":"2026-11-23","providers":{"nobody":[{"id":"m"}]}}""")]
    [InlineData("""{"format":1,"asOf":"2026-11-23","providers":{"openai":[{"id":"m"}]},"more":1}""")]
    [InlineData("""{"format":1,"asOf":"2026-11-23","providers":{"openai":[{"id":"m"},{"id":"M"}]}}""")]
    public void Read_DocumentOfAnotherForm_IsRefused(string document) => AssertWrong(document);

    [Theory]
    [InlineData("id", "\"a b\"")]
    [InlineData("id", "\"\"")]
    [InlineData("id", "7")]
    [InlineData("id", "\"\\ud800\"")]
    [InlineData("price", "1")]
    [InlineData("context", "0")]
    [InlineData("context", "1.5")]
    [InlineData("maxOutput", "2000000000")]
    [InlineData("family", "\"yes\"")]
    [InlineData("names", "[]")]
    [InlineData("names", "[1]")]
    [InlineData("match", "[\"gpt\"]")]
    [InlineData("match", "[[[\"^gpt\"]]]")]
    [InlineData("rates", "[]")]
    [InlineData("rates", "{\"input\":-1}")]
    [InlineData("rates", "{\"input\":1.5}")]
    [InlineData("rates", "{\"input\":\"1\"}")]
    [InlineData("rates", "{\"input\":1e15}")]
    [InlineData("rates", "{\"input\":1000000000000001}")]
    [InlineData("rates", "{\"tokens\":1}")]
    [InlineData("rates", "{\"input\":[]}")]
    [InlineData("rates", "{\"input\":[1,200]}")]
    [InlineData("rates", "{\"input\":[1,200,2,200,3]}")]
    [InlineData("rates", "{\"input\":[1,0,2]}")]
    [InlineData("rates", "{\"image:hd\":[1,200,2]}")]
    public void Read_ModelWithAWrongField_IsRefusedAndNamed(string field, string value)
    {
        var document = JsonNode.Parse(Plain)!;
        document["providers"]!["openai"]![0]![field] = "HERE";
        AssertWrong(document.ToJsonString().Replace("\"HERE\"", value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1_000, 10_000, false)]
    [InlineData(1_000, 10_001, true)]
    [InlineData(1_000, 99, true)]
    [InlineData(1_000, 0, true)]
    public void Drift_PriceOfAnotherUnit_IsSuspicious(long before, long after, bool suspicious)
    {
        var drift = Between(Plain, Plain.Replace($"\"input\":{before}", $"\"input\":{after}", StringComparison.Ordinal));
        Assert.Equal(suspicious, drift.IsSuspicious);
        Assert.Equal(new RateChange("input", before, after), Assert.Single(Assert.Single(drift.Models).Rates));
    }

    [Fact]
    public void Drift_ModelsThatComeAndGo_AreTold()
    {
        var drift = Between(
            Plain.Replace("{\"id\":\"m\"", "{\"id\":\"gone\",\"rates\":{\"input\":1}},{\"id\":\"m\"", StringComparison.Ordinal),
            Plain.Replace("{\"id\":\"m\"", "{\"id\":\"new\"},{\"id\":\"m\"", StringComparison.Ordinal));
        Assert.Equal(
            [("openai/gone", DriftKind.Removed), ("openai/new", DriftKind.Added)], drift.Models.Select(model => (model.Model, model.Kind)));
        Assert.Equal((1, false), (drift.Unchanged, drift.IsSuspicious));
    }

    [Fact]
    public void Drift_MostModelsGone_IsSuspicious() => Assert.True(Between(
        Plain.Replace("{\"id\":\"m\"", "{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"m\"", StringComparison.Ordinal), Plain).IsSuspicious);

    private static CatalogueDrift Between(string before, string after) => CatalogueDrift.Between(Read(before), Read(after));

    private static PriceCatalogue Read(string document)
    {
        var (catalogue, wrong) = CatalogueCheck.Read(Encoding.UTF8.GetBytes(document));
        Assert.Null(wrong);
        return catalogue!;
    }

    private static void AssertWrong(string document)
    {
        var (catalogue, wrong) = CatalogueCheck.Read(Encoding.UTF8.GetBytes(document));
        Assert.Null(catalogue);
        Assert.NotEmpty(wrong!);
    }
}
