using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Anthropic;

/// <summary>
/// The <c>usage</c> of a message (<see href="https://docs.claude.com/en/api/messages"/>), put together from several reports
/// of which the last one wins per count: what <c>message_delta</c> reports are sums, and some vendors estimate the prompt
/// first and correct it there. Cached tokens stand beside the input tokens, not within.
/// </summary>
internal struct MessagesUsage
{
    private long? _input;
    private long? _cacheRead;
    private long? _cacheWrite;
    private long? _write5m;
    private long? _write1h;
    private long? _output;
    private long? _thinking;
    private long? _searches;

    /// <summary>Null as long as nothing was reported.</summary>
    public readonly TokenUsage? Usage
    {
        get
        {
            // The sum is repeated without its parts; what the parts lack of it is of the shorter, usual time.
            var parts = _write1h is { } oneHour ? oneHour + (_write5m ?? 0) : _write5m;
            var write = _cacheWrite ?? parts;
            long? write1h = _write1h is { } known ? Math.Min(known, write ?? 0) : null;
            var usage = new TokenUsage
            {
                Input = _input,
                CachedInput = _cacheRead,
                CacheWrite5m = write - (write1h ?? 0),
                CacheWrite1h = write1h,
                Output = _output,
                Reasoning = _thinking,
                Searches = _searches,
            };
            return usage == default ? null : usage;
        }
    }

    /// <param name="usageJson">The usage object; anything else holds no count.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public void Read(ReadOnlySpan<byte> usageJson)
    {
        if (usageJson is not [(byte)'{', ..])
        {
            return;
        }

        var reader = new Utf8JsonReader(usageJson);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "input_tokens"u8))
            {
                _input = VendorCount.Read(ref reader) ?? _input;
            }
            else if (JsonScan.TextIs(ref reader, "output_tokens"u8))
            {
                _output = VendorCount.Read(ref reader) ?? _output;
            }
            else if (JsonScan.TextIs(ref reader, "cache_read_input_tokens"u8))
            {
                _cacheRead = VendorCount.Read(ref reader) ?? _cacheRead;
            }
            else if (JsonScan.TextIs(ref reader, "cache_creation_input_tokens"u8))
            {
                _cacheWrite = VendorCount.Read(ref reader) ?? _cacheWrite;
            }
            else if (JsonScan.TextIs(ref reader, "cache_creation"u8)
                || JsonScan.TextIs(ref reader, "output_tokens_details"u8)
                || JsonScan.TextIs(ref reader, "server_tool_use"u8))
            {
                ReadParts(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadParts(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "ephemeral_5m_input_tokens"u8))
            {
                _write5m = VendorCount.Read(ref reader) ?? _write5m;
            }
            else if (JsonScan.TextIs(ref reader, "ephemeral_1h_input_tokens"u8))
            {
                _write1h = VendorCount.Read(ref reader) ?? _write1h;
            }
            else if (JsonScan.TextIs(ref reader, "thinking_tokens"u8))
            {
                _thinking = VendorCount.Read(ref reader) ?? _thinking;
            }
            else if (JsonScan.TextIs(ref reader, "web_search_requests"u8))
            {
                _searches = VendorCount.Read(ref reader) ?? _searches;
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
