using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Reads the <c>usage</c> object of chat completions (<see href="https://platform.openai.com/docs/api-reference/chat/object"/>)
/// as OpenAI and the compatible vendors write it. Nothing here throws: what is absent, null, negative, not a whole number
/// or above a thousand million is unknown.
/// </summary>
public static class OpenAiUsage
{
    /// <summary>Reads a usage object.</summary>
    /// <returns>False when it holds no count at all.</returns>
    public static bool TryRead(ReadOnlySpan<byte> usageJson, UsageQuirks quirks, out TokenUsage usage) =>
        TryRead(usageJson, quirks, responses: false, out usage);

    /// <summary>Reads a usage object of the Responses API, which has names of its own.</summary>
    /// <returns>False when it holds no count at all.</returns>
    internal static bool TryReadResponses(ReadOnlySpan<byte> usageJson, UsageQuirks quirks, out TokenUsage usage) =>
        TryRead(usageJson, quirks, responses: true, out usage);

    private static bool TryRead(ReadOnlySpan<byte> usageJson, UsageQuirks quirks, bool responses, out TokenUsage usage)
    {
        var counts = default(Counts);
        try
        {
            var reader = new Utf8JsonReader(usageJson);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                counts.ReadObject(ref reader, responses);
            }
        }
        catch (JsonException)
        {
            // Not JSON after all (NaN is not): what was read before the fault would be half a truth.
            counts = default;
        }

        usage = counts.ToUsage(quirks);
        return usage != default;
    }

    /// <summary>The vendor's own numbers, before they are made disjoint.</summary>
    private struct Counts
    {
        private long? _prompt;
        private long? _completion;
        private long? _total;
        private long? _cached;
        private long? _cacheHit;
        private long? _cacheWrite;
        private long? _audioIn;
        private long? _audioOut;
        private long? _reasoning;
        private long? _searches;

        // Some vendors write both sets of names, one of them with zeros: each API believes its own.
        public void ReadObject(ref Utf8JsonReader reader, bool responses)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonScan.TextIs(ref reader, responses ? "input_tokens"u8 : "prompt_tokens"u8))
                {
                    _prompt = VendorCount.Read(ref reader);
                }
                else if (JsonScan.TextIs(ref reader, responses ? "output_tokens"u8 : "completion_tokens"u8))
                {
                    _completion = VendorCount.Read(ref reader);
                }
                else if (JsonScan.TextIs(ref reader, "total_tokens"u8))
                {
                    _total = VendorCount.Read(ref reader);
                }
                else if (JsonScan.TextIs(ref reader, "prompt_cache_hit_tokens"u8))
                {
                    _cacheHit = VendorCount.Read(ref reader); // DeepSeek
                }
                else if (JsonScan.TextIs(ref reader, "server_side_tool_usage_details"u8))
                {
                    ReadTools(ref reader); // xAI
                }
                else if (JsonScan.TextIs(ref reader, responses ? "input_tokens_details"u8 : "prompt_tokens_details"u8))
                {
                    ReadDetails(ref reader, prompt: true);
                }
                else if (JsonScan.TextIs(ref reader, responses ? "output_tokens_details"u8 : "completion_tokens_details"u8))
                {
                    ReadDetails(ref reader, prompt: false);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        public readonly TokenUsage ToUsage(UsageQuirks quirks)
        {
            var prompt = _prompt ?? VendorCount.NotNegative(_total - _completion);
            var completion = _completion ?? VendorCount.NotNegative(_total - prompt);
            var cached = _cached ?? _cacheHit;

            // Parts larger than the prompt are counted beside it (Anthropic's convention), not inside it.
            var parts = (cached ?? 0) + (_cacheWrite ?? 0) + (_audioIn ?? 0);
            var input = prompt >= parts ? prompt - parts : prompt;
            var output = OutputOf(prompt, completion, quirks);
            return new TokenUsage
            {
                Input = input,
                CachedInput = cached,
                CacheWrite5m = _cacheWrite,
                AudioInput = _audioIn,
                Output = output >= (_audioOut ?? 0) ? output - (_audioOut ?? 0) : output,
                Reasoning = _reasoning,
                AudioOutput = _audioOut,
                Searches = _searches,
            };
        }

        /// <summary>
        /// OpenAI counts reasoning inside the completion. xAI counts it beside: then it is what is missing to the total,
        /// or is more than the completion could hold.
        /// </summary>
        private readonly long? OutputOf(long? prompt, long? completion, UsageQuirks quirks)
        {
            var beside = VendorCount.NotNegative(_total - prompt - completion) ?? 0;
            if ((quirks & UsageQuirks.HiddenOutputInTotal) != 0)
            {
                return completion + beside;
            }

            var reasoningBeside = _reasoning > 0 && (beside == _reasoning || (_total is null && _reasoning > completion));
            return reasoningBeside ? completion + _reasoning : completion;
        }

        /// <summary><see href="https://docs.x.ai/developers/tools/tool-usage-details"/>.</summary>
        private void ReadTools(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonScan.TextIs(ref reader, "web_search_calls"u8) || JsonScan.TextIs(ref reader, "x_search_calls"u8))
                {
                    _searches = VendorCount.Read(ref reader) is > 0 and var calls ? (_searches ?? 0) + calls : _searches;
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        private void ReadDetails(ref Utf8JsonReader reader, bool prompt)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (prompt && JsonScan.TextIs(ref reader, "cached_tokens"u8))
                {
                    _cached = VendorCount.Read(ref reader);
                }
                else if (prompt && JsonScan.TextIs(ref reader, "cache_write_tokens"u8))
                {
                    _cacheWrite = VendorCount.Read(ref reader); // OpenRouter
                }
                else if (JsonScan.TextIs(ref reader, "audio_tokens"u8))
                {
                    if (prompt)
                    {
                        _audioIn = VendorCount.Read(ref reader);
                    }
                    else
                    {
                        _audioOut = VendorCount.Read(ref reader);
                    }
                }
                else if (!prompt && JsonScan.TextIs(ref reader, "reasoning_tokens"u8))
                {
                    _reasoning = VendorCount.Read(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
    }
}
