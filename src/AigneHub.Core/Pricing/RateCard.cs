using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using AigneHub.Core.Routing;

namespace AigneHub.Core.Pricing;

/// <summary>
/// The prices in force, immutable. Its canonical bytes are kept for ever under their hash, so that any price line can be
/// traced to what was published when the call was admitted.
/// </summary>
public sealed class RateCard
{
    /// <summary>The version of the form of <see cref="Content"/>.</summary>
    public const int Format = 1;

    private const int VersionDigits = 32;
    private const int InitialBytes = 64 * 1024;

    /// <param name="models">In the catalogue's order: the first whose rules match a name has it.</param>
    public RateCard(IEnumerable<ModelEntry> models)
    {
        Models = new ModelIndex(models);
        var content = Write(Models);
        Content = content;
        Version = Convert.ToHexStringLower(SHA256.HashData(content))[..VersionDigits];
    }

    /// <summary>The first 32 hex digits (128 bits) of the SHA-256 of <see cref="Content"/>.</summary>
    public string Version { get; }

    /// <summary>
    /// Canonical JSON, UTF-8: every priced model with its names, match rules and rates
    /// (nano per 1,000,000 units; base, then pairs of threshold and rate; forms under their own keys, as <c>image:hd</c>).
    /// </summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>All models with and without a price, by provider, within a provider in the catalogue's order.</summary>
    public IReadOnlyList<ModelEntry> Entries => Models.Entries;

    internal ModelIndex Models { get; }

    /// <summary>The rates of a model by its id, one of its other names, or a match rule; null when it has no price.</summary>
    public ModelRates? RatesFor(string provider, string model) => Models.Find(provider, model)?.Entry.Rates;

    private static byte[] Write(ModelIndex models)
    {
        var content = new ArrayBufferWriter<byte>(InitialBytes);
        using var json = new Utf8JsonWriter(content);
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteStartArray("models");
        foreach (var model in models.Entries)
        {
            if (model.Rates is { Any: true } rates)
            {
                WriteModel(json, model, rates);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return content.WrittenSpan.ToArray();
    }

    private static void WriteModel(Utf8JsonWriter json, ModelEntry model, ModelRates rates)
    {
        json.WriteStartObject();
        json.WriteString("provider", model.Provider);
        json.WriteString("id", model.Id);
        if (model.Names.Count > 0)
        {
            json.WriteStartArray("names");
            foreach (var name in model.Names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        if (model.Rules.Count > 0)
        {
            json.WriteStartArray("match");
            foreach (var rule in model.Rules)
            {
                json.WriteStringValue(rule.ToString());
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("rates");
        for (var i = 0; i < UnitKinds.Count; i++)
        {
            if (rates[(UnitKind)i] is { } rate)
            {
                json.WriteStartArray(UnitKinds.Name((UnitKind)i));
                json.WriteNumberValue(rate.Base);
                for (var tier = 0; tier < rate.Tiers.Count; tier++)
                {
                    json.WriteNumberValue(rate.Tiers[tier].Above);
                    json.WriteNumberValue(rate.Tiers[tier].Rate);
                }

                json.WriteEndArray();
            }
        }

        foreach (var (key, rate) in rates.Forms)
        {
            json.WriteStartArray(key.ToString());
            json.WriteNumberValue(rate);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
