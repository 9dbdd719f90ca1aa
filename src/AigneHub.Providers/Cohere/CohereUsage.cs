using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Cohere;

/// <summary>
/// Cohere's <c>usage</c> (<see href="https://docs.cohere.com/reference/chat"/>). What is charged is in <c>billed_units</c>;
/// <c>tokens</c>, which counts the hub's and the vendor's own prompt template too, is taken where there are none.
/// </summary>
internal static class CohereUsage
{
    /// <summary>Null when there is none.</summary>
    /// <param name="usage">The value of <c>usage</c>; empty for none.</param>
    public static TokenUsage? Read(ReadOnlySpan<byte> usage)
    {
        if (usage is not [(byte)'{', ..])
        {
            return null;
        }

        TokenUsage? billed = null;
        TokenUsage? counted = null;
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
                counted = Units(JsonScan.Value(ref reader, usage));
            }
            else
            {
                reader.Skip();
            }
        }

        return billed ?? counted;
    }

    private static TokenUsage? Units(ReadOnlySpan<byte> units)
    {
        if (units is not [(byte)'{', ..])
        {
            return null;
        }

        long? input = null;
        long? output = null;
        var reader = new Utf8JsonReader(units);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isInput = JsonScan.TextIs(ref reader, "input_tokens"u8);
            var isOutput = JsonScan.TextIs(ref reader, "output_tokens"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && number is >= 0 and <= long.MaxValue)
            {
                // Documented as a number, sent as a whole one.
                input = isInput ? (long)number : input;
                output = isOutput ? (long)number : output;
            }

            reader.Skip();
        }

        return new TokenUsage { Input = input, Output = output };
    }
}
