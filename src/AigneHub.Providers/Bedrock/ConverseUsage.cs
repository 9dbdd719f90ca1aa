using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Bedrock;

/// <summary>
/// Bedrock's <c>TokenUsage</c> (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html"/>):
/// <c>inputTokens</c> are those that were neither read from nor written to the cache.
/// </summary>
internal static class ConverseUsage
{
    /// <summary>Null when there is none.</summary>
    /// <param name="usage">The value of <c>usage</c>; empty for none.</param>
    public static TokenUsage? Read(ReadOnlySpan<byte> usage)
    {
        if (usage is not [(byte)'{', ..])
        {
            return null;
        }

        long? input = null;
        long? output = null;
        long? read = null;
        long? written = null;
        var reader = new Utf8JsonReader(usage);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "inputTokens"u8))
            {
                input = Count(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "outputTokens"u8))
            {
                output = Count(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "cacheReadInputTokens"u8))
            {
                read = Count(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "cacheWriteInputTokens"u8))
            {
                written = Count(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return new TokenUsage { Input = input, CachedInput = read, CacheWrite5m = written, Output = output };
    }

    private static long? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        long? count = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0 ? number : null;
        reader.Skip();
        return count;
    }
}
