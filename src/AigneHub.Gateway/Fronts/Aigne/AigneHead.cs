using System.Text.Json;
using AigneHub.Core;

namespace AigneHub.Gateway.Fronts.Aigne;

/// <summary>
/// Reads what the hub itself uses of AIGNE's nested requests, in one pass: the model from <c>model</c>, <c>input.model</c> or
/// <c>input.modelOptions.model</c>, the first of them that is there, and <c>options.streaming</c>.
/// </summary>
internal static class AigneHead
{
    private const int ModelBytesMax = 256;

    /// <summary>Exactly one of the results is null.</summary>
    /// <exception cref="JsonException">The body is no JSON, or too deep.</exception>
    public static (RequestHead? Head, HubError? Error) Parse(ReadOnlySpan<byte> body, string defaultModel)
    {
        try
        {
            return new Pass(body).Run(defaultModel);
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for half a surrogate pair.
            return (null, RequestHeadParser.Invalid("The request holds a name or a model that is no valid text."));
        }
    }

    private ref struct Pass(ReadOnlySpan<byte> body)
    {
        private Utf8JsonReader _reader = new(body, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        private string? _top;
        private string? _input;
        private string? _options;
        private bool? _streaming;
        private HubError? _error;

        public (RequestHead?, HubError?) Run(string defaultModel)
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, RequestHeadParser.Invalid("The request body must be a JSON object."));
            }

            var start = (int)_reader.TokenStartIndex;
            var (hasInput, hasOptions) = (false, false);
            while (_error is null && _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                if (_reader.ValueTextEquals("model"u8))
                {
                    ReadModel("model", ref _top);
                }
                else if (_reader.ValueTextEquals("input"u8))
                {
                    ReadOnce("input", ref hasInput);
                    ReadInput();
                }
                else if (_reader.ValueTextEquals("options"u8))
                {
                    ReadOnce("options", ref hasOptions);
                    ReadOptions();
                }
                else
                {
                    _reader.Read();
                    _reader.Skip();
                }
            }

            if (_error is not null)
            {
                return (null, _error);
            }

            var end = (int)_reader.TokenStartIndex;
            _reader.Read(); // Throws when something follows the object.
            return (new RequestHead
            {
                Model = _top ?? _input ?? _options ?? defaultModel,
                Stream = _streaming ?? false,
                StartBrace = start,
                EndBrace = end,
            }, null);
        }

        private void ReadInput()
        {
            var hasModelOptions = false;
            while (EntersNext())
            {
                if (_reader.ValueTextEquals("model"u8))
                {
                    ReadModel("input.model", ref _input);
                }
                else if (_reader.ValueTextEquals("modelOptions"u8))
                {
                    ReadOnce("input.modelOptions", ref hasModelOptions);
                    ReadModelOptions();
                }
                else
                {
                    _reader.Read();
                    _reader.Skip();
                }
            }
        }

        private void ReadModelOptions()
        {
            while (EntersNext())
            {
                if (_reader.ValueTextEquals("model"u8))
                {
                    ReadModel("input.modelOptions.model", ref _options);
                }
                else
                {
                    _reader.Read();
                    _reader.Skip();
                }
            }
        }

        private void ReadOptions()
        {
            while (EntersNext())
            {
                var isStreaming = _reader.ValueTextEquals("streaming"u8);
                _reader.Read();
                if (isStreaming && _reader.TokenType != JsonTokenType.Null)
                {
                    if (_streaming is not null || _reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    {
                        Refuse("'options.streaming' must be one boolean.", "options.streaming");
                        return;
                    }

                    _streaming = _reader.TokenType == JsonTokenType.True;
                }

                _reader.Skip();
            }
        }

        /// <summary>True at each name within the object whose name, or one of whose members, was read before.</summary>
        private bool EntersNext()
        {
            if (_error is not null || !_reader.Read())
            {
                return false;
            }

            if (_reader.TokenType == JsonTokenType.PropertyName)
            {
                return true;
            }

            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                _reader.Read();
                return _reader.TokenType == JsonTokenType.PropertyName;
            }

            _reader.Skip();
            return false;
        }

        private void ReadOnce(string name, ref bool seen)
        {
            if (seen)
            {
                Refuse($"The name '{name}' stands twice in the request.", name);
            }

            seen = true;
        }

        private void ReadModel(string name, ref string? model)
        {
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.Null)
            {
                return;
            }

            if (model is not null || _reader.TokenType != JsonTokenType.String || _reader.ValueSpan.Length is 0 or > ModelBytesMax)
            {
                Refuse($"'{name}' must be one string of 1 to {ModelBytesMax} characters.", name);
                _reader.Skip();
                return;
            }

            model = _reader.GetString();
        }

        private void Refuse(string message, string param) => _error ??= RequestHeadParser.Invalid(message, param, "invalid_value");
    }
}
