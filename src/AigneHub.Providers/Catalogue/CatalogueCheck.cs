using System.Globalization;
using System.Text.Json;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;

namespace AigneHub.Providers.Catalogue;

/// <summary>
/// Reads a catalogue that somebody sends. The built-in one is trusted and read fast; this one is held to the form that
/// <c>eng/catalogue</c> writes: no field that it doesn't know, nothing twice, every number and length within its bounds.
/// </summary>
public static class CatalogueCheck
{
    /// <summary>Bytes of a document: as many as fit a row even where compressing saves nothing.</summary>
    public const int BytesMax = 768 * 1024;

    public const int ModelsMax = 10_000;

    private const int DepthMax = 8;
    private const int TextCharactersMax = 256;
    private const int NoteCharactersMax = 1_000;
    private const int EntriesMax = 100;
    private static readonly string[] Fields = ["format", "unit", "asOf", "sources", "providers"];

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = DepthMax };

    /// <summary>Exactly one of the results is null; what is wrong is one sentence that names the model and its field.</summary>
    public static (PriceCatalogue? Catalogue, string? Wrong) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            CheckDocument(document.RootElement);
            return (PriceCatalogue.Parse(json.Span, null), null);
        }
        catch (JsonException e)
        {
            return (null, $"It is not JSON, or has a field twice (line {e.LineNumber + 1}).");
        }
        catch (InvalidOperationException)
        {
            return (null, "It has a text that is no Unicode.");
        }
        catch (FormatException e)
        {
            return (null, $"A match rule is wrong: {e.Message}");
        }
        catch (WrongCatalogueException e)
        {
            return (null, e.Message);
        }
    }

    private static void CheckDocument(JsonElement root)
    {
        Demand(root.ValueKind == JsonValueKind.Object, "It must be a JSON object.");
        foreach (var field in root.EnumerateObject())
        {
            Demand(Fields.Contains(field.Name), $"It has an unknown field '{Short(field.Name)}'.");
        }

        Demand(
            root.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.Number
            && format.TryGetInt32(out var number) && number == PriceCatalogue.Format,
            $"'format' must be {PriceCatalogue.Format}.");
        Demand(
            root.TryGetProperty("asOf", out var asOf) && asOf.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(asOf.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "'asOf' must be a day, such as 2026-01-31.");
        Demand(
            root.TryGetProperty("providers", out var providers) && providers.ValueKind == JsonValueKind.Object,
            "'providers' must be an object.");
        var models = 0;
        foreach (var provider in providers.EnumerateObject())
        {
            Demand(ProviderTable.Find(provider.Name) is not null, $"The hub knows no vendor '{Short(provider.Name)}'.");
            Demand(provider.Value.ValueKind == JsonValueKind.Array, $"'providers.{provider.Name}' must be a list.");
            models += provider.Value.GetArrayLength();
            Demand(models <= ModelsMax, $"It has more than {ModelsMax} models.");
            var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var model in provider.Value.EnumerateArray())
            {
                CheckModel(provider.Name, model, ids);
            }
        }

        Demand(models > 0, "It has no models.");
    }

    private static void CheckModel(string provider, JsonElement model, HashSet<string> ids)
    {
        Demand(
            model.ValueKind == JsonValueKind.Object && model.TryGetProperty("id", out var id) && IsText(id, TextCharactersMax)
            && !id.GetString()!.Any(char.IsWhiteSpace),
            $"A model of {provider} has no proper 'id'.");
        var name = $"{provider}/{model.GetProperty("id").GetString()}";
        Demand(ids.Add(name), $"{name} stands twice.");
        foreach (var field in model.EnumerateObject())
        {
            var right = field.Name switch
            {
                "id" => true,
                "name" or "source" => IsText(field.Value, TextCharactersMax),
                "context" or "maxOutput" => field.Value.ValueKind == JsonValueKind.Number
                    && field.Value.TryGetInt32(out var tokens) && tokens is >= 1 and <= ModelRecord.TokensMax,
                "reasoning" or "tools" or "family" or "deprecated" => field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "names" or "bare" or "modalities" => IsList(field.Value, item => IsText(item, TextCharactersMax)),
                "notes" => IsList(field.Value, item => IsText(item, NoteCharactersMax)),
                "match" => IsList(field.Value, IsRule),
                "rates" => CheckRates(name, field.Value),
                _ => false,
            };
            Demand(right, $"{name}: '{Short(field.Name)}' is unknown or out of its bounds.");
        }
    }

    private static bool CheckRates(string model, JsonElement rates)
    {
        if (rates.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var rate in rates.EnumerateObject())
        {
            var numbers = rate.Value.ValueKind == JsonValueKind.Array ? [.. rate.Value.EnumerateArray()] : new[] { rate.Value };
            var known = RateKey.TryParse(rate.Name, out var key)
                && numbers.Length % 2 == 1 && numbers.Length <= (2 * RateLines.TiersMax) + 1
                && (key.Form is null || rate.Value.ValueKind == JsonValueKind.Number);
            Demand(known, $"{model}: 'rates.{Short(rate.Name)}' is unknown, or no number or list of base, above, rate and so on.");
            Demand(
                Array.TrueForAll(numbers, value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)),
                $"{model}: 'rates.{rate.Name}' must hold whole numbers.");
            var above = 0L;
            for (var i = 0; i < numbers.Length; i += 2)
            {
                var next = i == 0 ? 0 : numbers[i - 1].GetInt64();
                Demand(i == 0 || next > above, $"{model}: the tiers of 'rates.{rate.Name}' must ascend.");
                above = next;
                lines[new RateName(key, above).ToString()] = numbers[i].GetInt64();
            }
        }

        Demand(RateLines.TryRead(lines, ModelRecord.RateMax, out _, out var wrong), $"{model}: {wrong.Message}");
        return true;
    }

    private static bool IsRule(JsonElement rule) =>
        IsText(rule, TextCharactersMax) || IsList(rule, term => IsText(term, TextCharactersMax));

    private static bool IsList(JsonElement list, Predicate<JsonElement> isRight) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= EntriesMax
        && list.EnumerateArray().All(item => isRight(item));

    private static bool IsText(JsonElement text, int charactersMax) =>
        text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } value
        && value.Length <= charactersMax && !value.Any(char.IsControl);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static void Demand(bool right, string otherwise)
    {
        if (!right)
        {
            throw new WrongCatalogueException(otherwise);
        }
    }

    private sealed class WrongCatalogueException(string message) : Exception(message);
}
