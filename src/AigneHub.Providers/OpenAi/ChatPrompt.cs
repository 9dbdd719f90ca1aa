using System.Buffers;
using System.Text.Json;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Estimates the prompt tokens of a chat completion request, for when the vendor reports none: 3 per message, 1 per name
/// and 3 for the answer's beginning, as OpenAI's cookbook counts
/// (<see href="https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken"/>), the text of the messages, the
/// definitions of tools as their JSON, and a flat number per image
/// (<see href="https://platform.openai.com/docs/guides/images-vision#calculating-costs"/>). Audio and files are not counted.
/// </summary>
public static class ChatPrompt
{
    private const int PerMessage = 3;
    private const int PerName = 1;
    private const int AnswerStart = 3;

    // A 1024 × 1024 image at high detail, and any image at low detail, for GPT-4o.
    private const int PerImage = 765;
    private const int PerLowDetailImage = 85;

    /// <summary>Never throws on what a client sends: what is no JSON counts as far as it can be read.</summary>
    public static long Count(ReadOnlySpan<byte> chatRequest, TokenCounter counter)
    {
        var count = new Counting(counter);
        try
        {
            count.ReadRequest(chatRequest);
        }
        catch (JsonException)
        {
            // Counted as far as it went; the vendor is the one to refuse it.
        }

        return count.Tokens;
    }

    private ref struct Counting(TokenCounter counter)
    {
        private long _tokens;
        private long _counted;
        private long _skipped;

        public readonly long Tokens => _tokens + (_counted == 0 ? 0 : (long)((Int128)_tokens * _skipped / _counted));

        public void ReadRequest(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return;
            }

            _tokens += AnswerStart;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var messages = JsonScan.TextIs(ref reader, "messages"u8);
                var tools = JsonScan.TextIs(ref reader, "tools"u8);
                reader.Read();
                if (messages && reader.TokenType == JsonTokenType.StartArray)
                {
                    ReadMessages(ref reader);
                    continue;
                }

                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (tools)
                {
                    Add(json[start..(int)reader.BytesConsumed]);
                }
            }
        }

        private void ReadMessages(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                    continue;
                }

                _tokens += PerMessage;
                ReadMessage(ref reader);
            }
        }

        private void ReadMessage(ref Utf8JsonReader reader)
        {
            var depth = reader.CurrentDepth;
            var counts = false;
            while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth))
            {
                if (reader.TokenType == JsonTokenType.String && counts)
                {
                    Add(reader.ValueSpan);
                }

                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                counts = JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "text"u8)
                    || JsonScan.TextIs(ref reader, "role"u8) || JsonScan.TextIs(ref reader, "arguments"u8)
                    || JsonScan.TextIs(ref reader, "refusal"u8) || JsonScan.TextIs(ref reader, "name"u8);
                if (JsonScan.TextIs(ref reader, "name"u8))
                {
                    _tokens += PerName;
                }
                else if (JsonScan.TextIs(ref reader, "image_url"u8))
                {
                    AddImage(ref reader);
                }
                else if (JsonScan.TextIs(ref reader, "input_audio"u8) || JsonScan.TextIs(ref reader, "file"u8))
                {
                    reader.Skip();
                }
            }
        }

        private void AddImage(ref Utf8JsonReader reader)
        {
            reader.Read();
            var low = false;
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var detail = JsonScan.TextIs(ref reader, "detail"u8);
                    reader.Read();
                    low |= detail && reader.TokenType == JsonTokenType.String && JsonScan.TextIs(ref reader, "low"u8);
                    reader.Skip();
                }
            }

            // In a part of a message the member stands beside `"type": "image_url"`, whose value is no member's name.
            _tokens += low ? PerLowDetailImage : PerImage;
        }

        private void Add(ReadOnlySpan<byte> escaped)
        {
            if (_counted >= TokenCounter.ExactCharsMax)
            {
                _skipped += escaped.Length;
                return;
            }

            var chars = ArrayPool<char>.Shared.Rent(escaped.Length);
            try
            {
                _tokens += counter.Count(chars.AsSpan(0, JsonScan.Unescape(escaped, chars)));
                _counted += escaped.Length;
            }
            finally
            {
                ArrayPool<char>.Shared.Return(chars);
            }
        }
    }
}
