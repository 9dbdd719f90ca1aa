using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AigneHub.Core;
using AigneHub.Gateway.Fronts.Aigne;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// Reads the head of a model request in one pass over its bytes. Well-formed JSON in UTF-8, at most <see cref="DepthMax"/>
/// deep, no name twice at the top level; values are checked only where the hub uses them, the rest is the vendor's to judge.
/// </summary>
internal static class RequestHeadParser
{
    public const int DepthMax = 64;
    public const int NamesMax = 256;

    /// <summary>Of a name at the top level, as it stands in the body.</summary>
    public const int NameBytesMax = 256;

    private const int ModelCharsMax = 256;

    /// <summary>Exactly one of the results is null.</summary>
    /// <param name="pathModel">The model that the path names; null when the body does.</param>
    public static (RequestHead? Head, HubError? Error) Parse(ReadOnlySpan<byte> body, HeadShape shape, string? pathModel = null)
    {
        if (body.IsEmpty)
        {
            return (null, Invalid("The request has no body. Send a JSON object."));
        }

        if (pathModel is { Length: 0 or > ModelCharsMax })
        {
            return (null, Invalid($"The model in the path must have 1 to {ModelCharsMax} characters.", "model", "invalid_value"));
        }

        if (!Utf8.IsValid(body))
        {
            return (null, Invalid("The request body is not valid UTF-8."));
        }

        try
        {
            return shape.IsNested ? AigneHead.Parse(body, shape.DefaultModel!) : new Pass(body, shape, pathModel).Run();
        }
        catch (JsonException e)
        {
            return (null, Invalid(
                $"The request body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}; at most {DepthMax} levels deep)."));
        }
    }

    internal static HubError Invalid(string message, string? param = null, string code = "invalid_request") =>
        new(400, code, Blame.Caller, message, param);

    private ref struct Pass(ReadOnlySpan<byte> body, HeadShape shape, string? pathModel)
    {
        private readonly ReadOnlySpan<byte> _body = body;
        private Utf8JsonReader _reader = new(body, new JsonReaderOptions { MaxDepth = DepthMax });

        // Made when the first escaped name is met; until then bytes are compared.
        private HashSet<string>? _names;
        private string? _model;
        private JsonSpan? _modelValue;
        private bool _hasRequired;
        private bool _stream;
        private int _choices = 1;
        private bool _store = true;
        private string? _previousResponse;
        private JsonSpan? _streamOptions;
        private JsonSpan? _streamOptionsMember;
        private bool _streamOptionsIsObject;
        private bool _streamOptionsIsEmpty;
        private JsonSpan? _includeUsageValue;
        private bool _includeUsage;

        public (RequestHead?, HubError?) Run()
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, Invalid("The request body must be a JSON object."));
            }

            var startBrace = (int)_reader.TokenStartIndex;
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
            var model = pathModel ?? _model ?? shape.DefaultModel;
            if (model is null)
            {
                return (null, Invalid("You must provide a model parameter: 'provider/model' or a name from GET /v1/models.", "model", "missing_required_parameter"));
            }

            if (shape.Required is { } required && !_hasRequired)
            {
                return (null, Invalid($"Missing required parameter: '{required}'.", required, "missing_required_parameter"));
            }

            return (new RequestHead
            {
                Model = model,
                BodyModel = _model,
                ModelValue = _modelValue,
                Stream = _stream,
                Choices = _choices,
                Store = _store,
                PreviousResponse = _previousResponse,
                StreamOptions = _streamOptions,
                StreamOptionsMember = _streamOptionsMember,
                StreamOptionsIsObject = _streamOptionsIsObject,
                StreamOptionsIsEmpty = _streamOptionsIsEmpty,
                IncludeUsageValue = _includeUsageValue,
                IncludeUsage = _includeUsage,
                StartBrace = startBrace,
                EndBrace = endBrace,
                IsEmpty = count == 0,
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

            if (shape.Required is { } required && _reader.ValueTextEquals(required))
            {
                return ReadRequired(required);
            }

            if (shape.Streams && _reader.ValueTextEquals("stream"u8))
            {
                _reader.Read();
                _stream = _reader.TokenType == JsonTokenType.True;
                return _reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                    ? null
                    : Invalid("'stream' must be true or false.", "stream", "invalid_type");
            }

            if (shape.HasStreamOptions && _reader.ValueTextEquals("stream_options"u8))
            {
                return ReadStreamOptions();
            }

            var name = _reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(_reader.GetString()!) : _reader.ValueSpan;
            if (RefusedNames.Check(name, shape) is { } refused)
            {
                return refused;
            }

            if (shape.AnswersBytes && _reader.ValueTextEquals("stream_format"u8))
            {
                _reader.Read();
                _stream = _reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals("sse"u8);
                _reader.Skip();
                return null;
            }

            if (shape.KeepsAnswers)
            {
                if (_reader.ValueTextEquals("background"u8))
                {
                    return ReadBackground();
                }

                if (_reader.ValueTextEquals("previous_response_id"u8))
                {
                    return ReadPreviousResponse();
                }

                if (_reader.ValueTextEquals("store"u8))
                {
                    _reader.Read();
                    _store = _reader.TokenType != JsonTokenType.False;
                    _reader.Skip();
                    return null;
                }
            }

            var isN = shape.HasChoices && _reader.ValueTextEquals("n"u8);
            _reader.Read();
            if (isN && _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var choices))
            {
                _choices = choices;
            }

            _reader.Skip();
            return null;
        }

        private HubError? ReadBackground()
        {
            _reader.Read();
            // Its answer comes later, by a call of another path, and so would its usage.
            var isAsked = _reader.TokenType == JsonTokenType.True;
            _reader.Skip();
            return isAsked
                ? Invalid(
                    "'background' is not served by this hub. Leave it out, and stream the answer.", "background",
                    "unsupported_parameter")
                : null;
        }

        private HubError? ReadPreviousResponse()
        {
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.Null)
            {
                return null;
            }

            _previousResponse = _reader.TokenType == JsonTokenType.String ? GetText() : null;
            return _previousResponse is null
                ? Invalid("'previous_response_id' must be a string.", "previous_response_id", "invalid_type")
                : null;
        }

        private HubError? ReadRequired(string name)
        {
            _reader.Read();
            _hasRequired = _reader.TokenType != JsonTokenType.Null;
            if (shape.RequiredIsArray && _reader.TokenType != JsonTokenType.StartArray)
            {
                return Invalid($"'{name}' must be an array.", name, "invalid_type");
            }

            var start = _reader.BytesConsumed;
            _reader.Skip();
            return shape.RequiredIsArray && _body[(int)start..(int)_reader.TokenStartIndex].Trim(" \t\r\n"u8).IsEmpty
                ? Invalid($"'{name}' must hold at least one item.", name, "empty_array")
                : null;
        }

        private HubError? ReadModel()
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.String)
            {
                if (shape.DefaultModel is not null && _reader.TokenType == JsonTokenType.Null)
                {
                    _modelValue = Current();
                    return null;
                }

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
