using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Bedrock;

/// <summary>
/// Bedrock's <c>TokenUsage</c> (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html"/>).
/// Cached tokens stand beside the input tokens, not within
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html"/>).
/// </summary>
internal static class ConverseUsage
{
    /// <summary>Null when nothing is reported.</summary>
    /// <param name="usage">The value of <c>usage</c>; empty for none.</param>
    public static TokenUsage? Read(ReadOnlySpan<byte> usage)
    {
        if (usage is not [(byte)'{', ..])
        {
            return null;
        }

        TokenUsage read = default;
        long oneHour = 0;
        var reader = new Utf8JsonReader(usage);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "inputTokens"u8))
            {
                read = read with { Input = VendorCount.Read(ref reader) };
            }
            else if (JsonScan.TextIs(ref reader, "outputTokens"u8))
            {
                read = read with { Output = VendorCount.Read(ref reader) };
            }
            else if (JsonScan.TextIs(ref reader, "cacheReadInputTokens"u8))
            {
                read = read with { CachedInput = VendorCount.Read(ref reader) };
            }
            else if (JsonScan.TextIs(ref reader, "cacheWriteInputTokens"u8))
            {
                read = read with { CacheWrite5m = VendorCount.Read(ref reader) };
            }
            else if (JsonScan.TextIs(ref reader, "cacheDetails"u8))
            {
                oneHour = OneHour(JsonScan.Value(ref reader, usage));
            }
            else
            {
                reader.Skip();
            }
        }

        // The details are a part of what was written.
        oneHour = Math.Min(oneHour, read.CacheWrite5m ?? 0);
        return read == default ? null
            : oneHour == 0 ? read
            : read with { CacheWrite5m = read.CacheWrite5m - oneHour, CacheWrite1h = oneHour };
    }

    /// <summary>
    /// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CacheDetail.html
    /// </summary>
    private static long OneHour(ReadOnlySpan<byte> details)
    {
        long sum = 0;
        long? tokens = null;
        var isOneHour = false;
        var reader = new Utf8JsonReader(details);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                (tokens, isOneHour) = (null, false);
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                sum += isOneHour ? tokens ?? 0 : 0;
            }
            else if (reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonScan.TextIs(ref reader, "ttl"u8))
                {
                    isOneHour = JsonScan.Value(ref reader, details).SequenceEqual("\"1h\""u8);
                }
                else if (JsonScan.TextIs(ref reader, "inputTokens"u8))
                {
                    tokens = VendorCount.Read(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return sum;
    }
}
