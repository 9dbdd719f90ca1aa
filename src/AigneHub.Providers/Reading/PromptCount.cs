using System.Buffers;
using System.Text.Json;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Reading;

/// <summary>
/// Estimates the prompt tokens of a request, for when the vendor reports none: 3 per message, 1 per name, 3 for the answer's
/// beginning, as OpenAI's cookbook counts
/// (<see href="https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken"/>), the text of the messages, the
/// definitions of tools as their JSON, and a flat number per image
/// (<see href="https://platform.openai.com/docs/guides/images-vision#calculating-costs"/>). Audio and files are not counted.
/// Used for the other vendors, too.
/// </summary>
internal sealed class PromptCount(TokenCounter counter)
{
    private const int PerMessage = 3;
    private const int PerName = 1;
    private const int AnswerStart = 3;

    // A 1024 × 1024 image at high detail, and any image at low detail, for GPT-4o.
    private const int PerImage = 765;
    private const int PerLowDetailImage = 85;

    private long _tokens;
    private long _counted;
    private long _skipped;
    private long _images;
    private long _lowDetails;

    private long Tokens => _tokens
        + (_counted == 0 ? 0 : (long)((Int128)_tokens * _skipped / _counted))
        + (_images * PerImage) - (Math.Min(_lowDetails, _images) * (PerImage - PerLowDetailImage));

    /// <summary>Never throws on what a client sends: what is no JSON counts as far as it can be read.</summary>
    /// <param name="isChat">The model answers: a conversation has a beginning of the answer behind it.</param>
    /// <param name="readMember">Reads a member of the request's top level.</param>
    public static long Of(ReadOnlySpan<byte> request, TokenCounter counter, bool isChat, RequestMember readMember)
    {
        var count = new PromptCount(counter);
        try
        {
            var reader = new Utf8JsonReader(request);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                count._tokens += isChat ? AnswerStart : 0;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    readMember(count, ref reader, request);
                }
            }
        }
        catch (JsonException)
        {
            // Counted as far as it went; the vendor is the one to refuse it.
        }

        return count.Tokens;
    }

    /// <summary>Adds the value of the member at whose name the reader stands as its JSON.</summary>
    public void AddJson(ref Utf8JsonReader reader, ReadOnlySpan<byte> json) => AddText(JsonScan.Value(ref reader, json));

    /// <summary>
    /// Adds the messages that are the value of the member at whose name the reader stands: a list of them, or one, or the
    /// text of one.
    /// </summary>
    public void AddMessages(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PromptMembers memberOf)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            AddOne(ref reader, json, memberOf);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            AddOne(ref reader, json, memberOf);
        }
    }

    /// <summary>Adds the one message, maybe a list of parts, that is the value of the member the reader stands at.</summary>
    public void AddMessage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PromptMembers memberOf)
    {
        reader.Read();
        AddOne(ref reader, json, memberOf);
    }

    /// <summary>Adds what is no message: the text within the value of the member at whose name the reader stands.</summary>
    public void AddContent(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PromptMembers memberOf)
    {
        reader.Read();
        AddValue(ref reader, json, memberOf);
    }

    /// <summary>Adds the value of the member at whose name the reader stands: texts, or the numbers of tokens.</summary>
    public void AddInput(ref Utf8JsonReader reader)
    {
        reader.Read();
        var depth = reader.CurrentDepth;
        do
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                AddText(reader.ValueSpan);
            }
            else if (reader.TokenType == JsonTokenType.Number)
            {
                _tokens++;
            }
        }
        while (IsWithin(ref reader, depth) && reader.Read());
    }

    private static bool IsWithin(ref Utf8JsonReader reader, int depth) => reader.CurrentDepth > depth
        || (reader.CurrentDepth == depth && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject);

    private void AddOne(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PromptMembers memberOf)
    {
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _tokens += PerMessage;
            AddValue(ref reader, json, memberOf);
        }
    }

    private void AddValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PromptMembers memberOf)
    {
        var depth = reader.CurrentDepth;
        var member = PromptMember.Text;
        while (true)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = memberOf(ref reader);
                _tokens += member == PromptMember.Name ? PerName : 0;
                _images += member == PromptMember.Image ? 1 : 0;
                if (member == PromptMember.Skipped)
                {
                    reader.Skip();
                }
                else if (member == PromptMember.Json)
                {
                    AddJson(ref reader, json);
                }
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                AddString(ref reader, member);
            }

            if (!IsWithin(ref reader, depth) || !reader.Read())
            {
                return;
            }
        }
    }

    private void AddString(ref Utf8JsonReader reader, PromptMember member)
    {
        switch (member)
        {
            case PromptMember.Text or PromptMember.Name:
                AddText(reader.ValueSpan);
                break;
            case PromptMember.Kind when IsImage(ref reader):
                _images++;
                break;
            case PromptMember.Detail when JsonScan.TextIs(ref reader, "low"u8):
                _lowDetails++;
                break;
        }
    }

    // The type of a part (OpenAI's Responses, Anthropic), or a media type (Gemini), whose slash some clients escape.
    private static bool IsImage(ref Utf8JsonReader reader) =>
        JsonScan.TextIs(ref reader, "image"u8) || JsonScan.TextIs(ref reader, "input_image"u8)
        || reader.ValueSpan.StartsWith("image/"u8) || reader.ValueSpan.StartsWith("image\\/"u8);

    private void AddText(ReadOnlySpan<byte> escaped)
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

/// <summary>Counts the member at whose name the reader stands and leaves the reader at the end of its value.</summary>
internal delegate void RequestMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request);
