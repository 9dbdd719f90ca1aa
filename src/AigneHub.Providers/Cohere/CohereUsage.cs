using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Cohere;

/// <summary>
/// Cohere's <c>usage</c> (<see href="https://docs.cohere.com/reference/chat"/>): what is billed; where Cohere doesn't say it, what was
/// processed, which includes its own instructions. Cached tokens are a part of what was processed and are billed like the others.
/// </summary>
internal static class CohereUsage
{
    /// <summary>Null when nothing is reported.</summary>
    /// <param name="usage">The value of <c>usage</c>; empty for none.</param>
    public static TokenUsage? Read(ReadOnlySpan<byte> usage)
    {
        if (usage is not [(byte)'{', ..])
        {
            return null;
        }

        TokenUsage billed = default;
        TokenUsage processed = default;
        var reader = new Utf8JsonReader(usage);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "billed_units"u8))
            {
                billed = Units(JsonScan.Value(ref reader, usage));
            }
            else if (JsonScan.TextIs(ref reader, "tokens"u8))
            {
                processed = Units(JsonScan.Value(ref reader, usage));
            }
            else
            {
                reader.Skip();
            }
        }

        var read = new TokenUsage
        {
            Input = billed.Input ?? processed.Input,
            Output = billed.Output ?? processed.Output,
            Searches = billed.Searches,
        };
        return read == default ? null : read;
    }

    private static TokenUsage Units(ReadOnlySpan<byte> units)
    {
        TokenUsage read = default;
        if (units is not [(byte)'{', ..])
        {
            return read;
        }

        var reader = new Utf8JsonReader(units);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "input_tokens"u8))
            {
                read = read with { Input = VendorCount.Read(ref reader) };
            }
            else if (JsonScan.TextIs(ref reader, "output_tokens"u8))
            {
                read = read with { Output = VendorCount.Read(ref reader) };
            }
            else if (JsonScan.TextIs(ref reader, "search_units"u8))
            {
                read = read with { Searches = VendorCount.Read(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        return read;
    }
}
