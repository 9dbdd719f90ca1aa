using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Providers.Catalogue;

/// <summary>Reads one model of <c>catalogue.json</c>. Fields that only people read (source, notes) are passed over.</summary>
internal static class ModelReader
{
    /// <param name="reader">On the model's opening brace; on its closing one afterwards.</param>
    public static ModelEntry Read(ref Utf8JsonReader reader, string provider)
    {
        string? id = null, name = null;
        int? context = null, maxOutput = null;
        bool? reasoning = null, tools = null;
        bool family = false, deprecated = false;
        IReadOnlyList<string> names = [], bare = [];
        IReadOnlyList<string>? modalities = null;
        IReadOnlyList<NameRule> rules = [];
        ModelRates? rates = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString();
            reader.Read();
            switch (property)
            {
                case "id": id = reader.GetString(); break;
                case "name": name = reader.GetString(); break;
                case "context": context = reader.GetInt32(); break;
                case "maxOutput": maxOutput = reader.GetInt32(); break;
                case "reasoning": reasoning = reader.GetBoolean(); break;
                case "tools": tools = reader.GetBoolean(); break;
                case "family": family = reader.GetBoolean(); break;
                case "deprecated": deprecated = reader.GetBoolean(); break;
                case "names": names = Strings(ref reader); break;
                case "bare": bare = Strings(ref reader); break;
                case "modalities": modalities = Strings(ref reader); break;
                case "match": rules = Rules(ref reader); break;
                case "rates": rates = Rates(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        return new ModelEntry(
            provider, id ?? throw new InvalidDataException("A model has no id."), name, context, maxOutput, rates)
        {
            Names = names,
            BareNames = bare,
            Rules = rules,
            IsFamily = family,
            IsDeprecated = deprecated,
            InputModalities = modalities,
            Reasoning = reasoning,
            Tools = tools,
        };
    }

    private static string[] Strings(ref Utf8JsonReader reader)
    {
        List<string> strings = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            strings.Add(reader.GetString()!);
        }

        return strings.ToArray();
    }

    /// <summary>Alternatives: a term, or an array of terms that must all hold.</summary>
    private static List<NameRule> Rules(ref Utf8JsonReader reader)
    {
        List<NameRule> rules = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            rules.Add(reader.TokenType == JsonTokenType.StartArray
                ? NameRule.Parse(Strings(ref reader))
                : NameRule.Parse(reader.GetString()!));
        }

        return rules;
    }

    private static ModelRates Rates(ref Utf8JsonReader reader)
    {
        var rates = new Rate?[UnitKinds.Count];
        Dictionary<RateKey, long>? forms = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!RateKey.TryParse(name, out var key))
            {
                throw new InvalidDataException($"The unit kind '{name}' is unknown.");
            }

            reader.Read();
            if (key.Form is not null)
            {
                (forms ??= [])[key] = reader.GetInt64();
            }
            else
            {
                rates[(int)key.Kind] = reader.TokenType == JsonTokenType.Number ? Rate.Flat(reader.GetInt64()) : Tiered(ref reader);
            }
        }

        return new ModelRates(rates, forms);
    }

    /// <summary><c>[base, above, rate, above, rate …]</c></summary>
    private static Rate Tiered(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = reader.GetInt64();
        List<RateTier> tiers = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            var above = reader.GetInt64();
            reader.Read();
            tiers.Add(new RateTier(above, reader.GetInt64()));
        }

        return new Rate(start, tiers);
    }
}
