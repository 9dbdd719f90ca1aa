using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// The <c>usageMetadata</c> of Gemini's answers (<see href="https://ai.google.dev/api/generate-content#UsageMetadata"/>),
/// put together from the sums that every event of a stream repeats; the last report wins per count.
/// </summary>
/// <remarks>
/// Cached tokens stand within the prompt; what tools have brought in stands beside it and is input; thoughts stand beside
/// the candidates. Zeros are left out, as in all of Google's JSON. Images that are read are priced as input and stay in it.
/// </remarks>
internal struct GeminiUsage
{
    private long? _prompt;
    private long? _cached;
    private long? _tools;
    private long? _candidates;
    private long? _thoughts;
    private long? _total;
    private long? _audioIn;
    private long? _cachedAudio;
    private long? _toolAudio;
    private long? _audioOut;
    private long? _imageOut;
    private long? _searches;

    /// <summary>Null as long as nothing was reported.</summary>
    public readonly TokenUsage? Usage
    {
        get
        {
            // Audio that came from the cache is billed as cached.
            var promptAudio = _audioIn is { } audio ? Math.Max(0, audio - (_cachedAudio ?? 0)) : (long?)null;
            var within = (_cached ?? 0) + (promptAudio ?? 0);
            var toolText = Math.Max(0, (_tools ?? 0) - (_toolAudio ?? 0));
            var apart = (_audioOut ?? 0) + (_imageOut ?? 0);
            var candidates = _candidates
                ?? VendorCount.NotNegative(_total - (_prompt ?? 0) - (_tools ?? 0) - (_thoughts ?? 0));
            var usage = new TokenUsage
            {
                Input = (_prompt >= within ? _prompt - within : _prompt) + toolText,
                CachedInput = _cached,
                AudioInput = promptAudio is null ? _toolAudio : promptAudio + (_toolAudio ?? 0),
                Output = (candidates >= apart ? candidates - apart : candidates) + (_thoughts ?? 0),
                Reasoning = _thoughts,
                AudioOutput = _audioOut,
                ImageOutput = _imageOut,
                Searches = _searches,
            };
            return usage == default ? null : usage;
        }
    }

    /// <summary>Of an event: each repeats those before it, or has none.</summary>
    public void AddSearches(long searches) => _searches = searches > (_searches ?? 0) ? searches : _searches;

    /// <param name="usageJson">The object; anything else holds no count.</param>
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
            if (JsonScan.TextIs(ref reader, "promptTokenCount"u8))
            {
                _prompt = VendorCount.Read(ref reader) ?? _prompt;
            }
            else if (JsonScan.TextIs(ref reader, "cachedContentTokenCount"u8))
            {
                _cached = VendorCount.Read(ref reader) ?? _cached;
            }
            else if (JsonScan.TextIs(ref reader, "toolUsePromptTokenCount"u8))
            {
                _tools = VendorCount.Read(ref reader) ?? _tools;
            }
            else if (JsonScan.TextIs(ref reader, "candidatesTokenCount"u8))
            {
                _candidates = VendorCount.Read(ref reader) ?? _candidates;
            }
            else if (JsonScan.TextIs(ref reader, "thoughtsTokenCount"u8))
            {
                _thoughts = VendorCount.Read(ref reader) ?? _thoughts;
            }
            else if (JsonScan.TextIs(ref reader, "totalTokenCount"u8))
            {
                _total = VendorCount.Read(ref reader) ?? _total;
            }
            else if (!ReadDetails(ref reader))
            {
                reader.Skip();
            }
        }
    }

    private bool ReadDetails(ref Utf8JsonReader reader)
    {
        // The embedding API spells its list of the prompt differently.
        if (JsonScan.TextIs(ref reader, "promptTokensDetails"u8) || JsonScan.TextIs(ref reader, "promptTokenDetails"u8))
        {
            _audioIn = ReadModalities(ref reader).Audio ?? _audioIn;
        }
        else if (JsonScan.TextIs(ref reader, "cacheTokensDetails"u8))
        {
            _cachedAudio = ReadModalities(ref reader).Audio ?? _cachedAudio;
        }
        else if (JsonScan.TextIs(ref reader, "toolUsePromptTokensDetails"u8))
        {
            _toolAudio = ReadModalities(ref reader).Audio ?? _toolAudio;
        }
        else if (JsonScan.TextIs(ref reader, "candidatesTokensDetails"u8))
        {
            var (audio, image) = ReadModalities(ref reader);
            _audioOut = audio ?? _audioOut;
            _imageOut = image ?? _imageOut;
        }
        else
        {
            return false;
        }

        return true;
    }

    private static (long? Audio, long? Image) ReadModalities(ref Utf8JsonReader reader)
    {
        (long? Audio, long? Image) counts = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return counts;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadModality(ref reader, ref counts);
            }
            else
            {
                reader.Skip();
            }
        }

        return counts;
    }

    private static void ReadModality(ref Utf8JsonReader reader, ref (long? Audio, long? Image) counts)
    {
        var isAudio = false;
        var isImage = false;
        long? count = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "modality"u8))
            {
                reader.Read();
                isAudio = reader.TokenType == JsonTokenType.String && JsonScan.TextIs(ref reader, "AUDIO"u8);
                isImage = reader.TokenType == JsonTokenType.String && JsonScan.TextIs(ref reader, "IMAGE"u8);
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "tokenCount"u8))
            {
                count = VendorCount.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (isAudio)
        {
            counts.Audio = count ?? counts.Audio;
        }
        else if (isImage)
        {
            counts.Image = count ?? counts.Image;
        }
    }
}
