using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AigneHub.Core;

namespace AigneHub.Gateway.Fronts.OpenAi;

/// <summary>
/// Reads the head of a Chat Completions request (https://platform.openai.com/docs/api-reference/chat/create) in one pass
/// over its bytes. Well-formed JSON in UTF-8, at most <see cref="DepthMax"/> deep, no name twice at the top level; values
/// are checked only where the hub uses them, the rest is the vendor's to judge.
/// </summary>
internal static class ChatRequestParser
{
    public const int DepthMax = 64;
    public const int NamesMax = 256;

    /// <summary>Of a name at the top level, as it stands in the body.</summary>
    public const int NameBytesMax = 256;

    private const int ModelCharsMax = 256;

    /// <summary>Exactly one of the results is null.</summary>
    public static (ChatRequestHead? Head, HubError? Error) Parse(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return (null, Invalid("The request has no body. Send a JSON object with 'model' and 'messages'."));
        }

        if (!Utf8.IsValid(body))
        {
            return (null, Invalid("The request body is not valid UTF-8."));
        }

        try
        {
            return new Pass(body).Run();
        }
        catch (JsonException e)
        {
            return (null, Invalid(
                $"The request body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}; at most {DepthMax} levels deep)."));
        }
    }

    internal static HubError Invalid(string message, string? param = null, string code = "invalid_request") =>
        new(400, code, Blame.Caller, message, param);

    private ref struct Pass(ReadOnlySpan<byte> body)
    {
        private readonly ReadOnlySpan<byte> _body = body;
        private Utf8JsonReader _reader = new(body, new JsonReaderOptions { MaxDepth = DepthMax });

        // Made when the first escaped name is met; until then bytes are compared.
        private HashSet<string>? _names;
        private string? _model;
        private JsonSpan _modelValue;
        private bool _hasMessages;
        private bool _stream;
        private int _choices = 1;
        private JsonSpan? _streamOptions;
        private JsonSpan? _streamOptionsMember;
        private bool _streamOptionsIsObject;
        private bool _streamOptionsIsEmpty;
        private JsonSpan? _includeUsageValue;
        private bool _includeUsage;

        public (ChatRequestHead?, HubError?) Run()
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, Invalid("The request body must be a JSON object."));
            }

            Span<JsonSpan> names = stackalloc JsonSpan[NamesMax];
            var count = 0;
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = new JsonSpan((int)_reader.TokenStartIndex + 1, _reader.ValueSpan.Length);
                if (CheckName() is { } unfit)
                {
                    return (null, unfit);
                }

                if (IsRepeated(name, names[..count]))
                {
                    var text = _reader.GetString()!;
                    return (null, Invalid($"The name '{Shorten(text)}' stands twice in the request.", Shorten(text)));
                }

                if (count == NamesMax)
                {
                    return (null, Invalid($"The request has more than {NamesMax} names at the top level."));
                }

                names[count++] = name;
                if (ReadValue() is { } error)
                {
                    return (null, error);
                }
            }

            var endBrace = (int)_reader.TokenStartIndex;
            _reader.Read(); // Throws when something follows the object.
            if (_model is null)
            {
                return (null, Invalid("You must provide a model parameter: 'provider/model' or a name from GET /v1/models.", "model", "missing_required_parameter"));
            }

            if (!_hasMessages)
            {
                return (null, Invalid("Missing required parameter: 'messages'.", "messages", "missing_required_parameter"));
            }

            return (new ChatRequestHead
            {
                Model = _model,
                ModelValue = _modelValue,
                Stream = _stream,
                Choices = _choices,
                StreamOptions = _streamOptions,
                StreamOptionsMember = _streamOptionsMember,
                StreamOptionsIsObject = _streamOptionsIsObject,
                StreamOptionsIsEmpty = _streamOptionsIsEmpty,
                IncludeUsageValue = _includeUsageValue,
                IncludeUsage = _includeUsage,
                EndBrace = endBrace,
            }, null);
        }

        private readonly HubError? CheckName()
        {
            if (_reader.ValueSpan.Length > NameBytesMax)
            {
                return Invalid($"A name in the request has more than {NameBytesMax} bytes.");
            }

            return _reader.ValueIsEscaped && GetText() is null ? Invalid("A name in the request is not valid text.") : null;
        }

        private HubError? ReadValue()
        {
            if (_reader.ValueTextEquals("model"u8))
            {
                return ReadModel();
            }

            if (_reader.ValueTextEquals("messages"u8))
            {
                _reader.Read();
                _hasMessages = _reader.TokenType == JsonTokenType.StartArray;
                if (!_hasMessages)
                {
                    return Invalid("'messages' must be an array.", "messages", "invalid_type");
                }

                var start = _reader.BytesConsumed;
                _reader.Skip();
                return _body[(int)start..(int)_reader.TokenStartIndex].Trim(" \t\r\n"u8).IsEmpty
                    ? Invalid("'messages' must hold at least one message.", "messages", "empty_array")
                    : null;
            }

            if (_reader.ValueTextEquals("stream"u8))
            {
                _reader.Read();
                _stream = _reader.TokenType == JsonTokenType.True;
                return _reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                    ? null
                    : Invalid("'stream' must be true or false.", "stream", "invalid_type");
            }

            if (_reader.ValueTextEquals("stream_options"u8))
            {
                return ReadStreamOptions();
            }

            var isN = _reader.ValueTextEquals("n"u8);
            _reader.Read();
            if (isN && _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var choices))
            {
                _choices = choices;
            }

            _reader.Skip();
            return null;
        }

        private HubError? ReadModel()
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.String)
            {
                return Invalid("'model' must be a string.", "model", "invalid_type");
            }

            _modelValue = Current();
            if (_reader.ValueSpan.Length is 0 or > ModelCharsMax)
            {
                return Invalid($"'model' must have 1 to {ModelCharsMax} characters.", "model", "invalid_value");
            }

            _model = GetText();
            return _model is null ? Invalid("'model' is not valid text.", "model", "invalid_value") : null;
        }

        /// <summary>Null when the escapes make no valid text (a lone surrogate).</summary>
        private readonly string? GetText()
        {
            try
            {
                return _reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }

        private HubError? ReadStreamOptions()
        {
            var memberStart = (int)_reader.TokenStartIndex;
            _reader.Read();
            var start = (int)_reader.TokenStartIndex;
            _streamOptionsIsObject = _reader.TokenType == JsonTokenType.StartObject;
            if (!_streamOptionsIsObject && _reader.TokenType != JsonTokenType.Null)
            {
                return Invalid("'stream_options' must be an object.", "stream_options", "invalid_type");
            }

            if (_streamOptionsIsObject)
            {
                _streamOptionsIsEmpty = true;
                while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
                {
                    _streamOptionsIsEmpty = false;
                    if (_reader.ValueIsEscaped && GetText() is null)
                    {
                        return Invalid("A name in 'stream_options' is not valid text.", "stream_options");
                    }

                    var isIncludeUsage = _reader.ValueTextEquals("include_usage"u8);
                    _reader.Read();
                    if (!isIncludeUsage)
                    {
                        _reader.Skip();
                        continue;
                    }

                    if (_includeUsageValue is not null
                        || _reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                    {
                        return Invalid("'stream_options.include_usage' must be one boolean.", "stream_options.include_usage", "invalid_type");
                    }

                    _includeUsageValue = Current();
                    _includeUsage = _reader.TokenType == JsonTokenType.True;
                }
            }

            _streamOptions = new JsonSpan(start, (int)_reader.BytesConsumed - start);
            _streamOptionsMember = new JsonSpan(memberStart, _streamOptions.Value.End - memberStart);
            return null;
        }

        private readonly JsonSpan Current() =>
            new((int)_reader.TokenStartIndex, (int)(_reader.BytesConsumed - _reader.TokenStartIndex));

        /// <summary>Compares names as text, so that <c>"mod\u0065l"</c> is <c>"model"</c>.</summary>
        private bool IsRepeated(JsonSpan name, scoped ReadOnlySpan<JsonSpan> earlier)
        {
            if (_names is not null || _reader.ValueIsEscaped)
            {
                _names ??= UnescapedTexts(earlier);
                return !_names.Add(_reader.GetString()!);
            }

            var raw = _body.Slice(name.Start, name.Length);
            foreach (var other in earlier)
            {
                if (raw.SequenceEqual(_body.Slice(other.Start, other.Length)))
                {
                    return true;
                }
            }

            return false;
        }

        private readonly HashSet<string> UnescapedTexts(scoped ReadOnlySpan<JsonSpan> names)
        {
            var texts = new HashSet<string>(StringComparer.Ordinal);
            foreach (var name in names)
            {
                texts.Add(Encoding.UTF8.GetString(_body.Slice(name.Start, name.Length)));
            }

            return texts;
        }

        private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
    }
}
