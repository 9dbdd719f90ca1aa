using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Gateway.Credit;

/// <summary>What of a request decides how much it may cost and use, read in one pass over its bytes.</summary>
/// <param name="Error">The first thing that is wrong with what it asks for: see <see cref="AskedOutput.With"/>, and a name that a
/// careless vendor would take for another. The rest is read nevertheless.</param>
internal sealed record RequestDemand(AskedOutput Asked, PromptContent Content, HubError? Error)
{
    /// <param name="api">The client's.</param>
    /// <param name="body">Well-formed JSON, an object.</param>
    public static RequestDemand Read(ModelApi api, ReadOnlySpan<byte> body)
    {
        var pass = new Pass(body, api == ModelApi.AigneChat);
        return pass.Run(AskedNames.Of(api));
    }

    private ref struct Pass(ReadOnlySpan<byte> body, bool isAigne)
    {
        /// <summary>More than any escaped form of what is looked for has.</summary>
        private const int EscapedBytesMax = 256;

        private Utf8JsonReader _reader = new(body, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        private AskedOutput _asked = new(null, 1);
        private PromptContent _content;
        private HubError? _error;
        private byte[]? _unescaped;

        public RequestDemand Run(AskedNames names)
        {
            _reader.Read();
            ReadObject(names);
            return new RequestDemand(_asked, _content, _error);
        }

        /// <summary>To its end, whatever stands in it.</summary>
        private void ReadObject(AskedNames names)
        {
            var depth = _reader.CurrentDepth;
            while (_reader.Read() && _reader.CurrentDepth > depth)
            {
                if (_reader.TokenType == JsonTokenType.PropertyName)
                {
                    ReadMember(_reader.CurrentDepth == depth + 1 ? names : null);
                }
            }
        }

        /// <summary>Its name and the first token of its value, or all of a group.</summary>
        /// <param name="names">Those that can be its own; null where none is.</param>
        private void ReadMember(AskedNames? names)
        {
            var member = default(AskedMember);
            var mark = PromptContent.Mark.None;
            if (!_reader.ValueIsEscaped)
            {
                mark = _content.Name(_reader.ValueSpan);
                member = names is null ? null : Find(names, _reader.ValueSpan);
            }
            else if (TryUnescape(out var name))
            {
                mark = _content.Name(name);
                member = names is null ? null : Find(names, name);
            }
            else if (names is not null)
            {
                _error ??= RequestHeadParser.Invalid("A name in the request is not valid text (half a surrogate pair).");
            }

            _reader.Read();
            if (mark != PromptContent.Mark.None)
            {
                ReadMarked(mark);
            }

            if (member is null)
            {
                return;
            }

            if (member.Role == AskedRole.Group && _reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(member.Within!);
                return;
            }

            (_asked, var error) = _asked.With(member, ref _reader);
            _error ??= error;
        }

        private void ReadMarked(PromptContent.Mark mark)
        {
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                _content.Object(mark);
            }
            else if (_reader.TokenType == JsonTokenType.String && !_reader.ValueIsEscaped)
            {
                _content.Text(mark, _reader.ValueSpan, isAigne);
            }
            else if (_reader.TokenType == JsonTokenType.String && TryUnescape(out var text))
            {
                _content.Text(mark, text, isAigne);
            }
        }

        private AskedMember? Find(AskedNames names, ReadOnlySpan<byte> name)
        {
            var found = names.Find(name, out var differsByCase);
            if (!differsByCase)
            {
                return found;
            }

            _error ??= RequestHeadParser.Invalid($"A name differs from '{found!.Name}' only by case.", found.Name, "invalid_name");
            return null;
        }

        /// <summary>False, and told of, when the escapes make no valid text. What is longer than all that is looked for stays as it is.</summary>
        private bool TryUnescape(out ReadOnlySpan<byte> text)
        {
            text = _reader.ValueSpan;
            if (text.Length > EscapedBytesMax)
            {
                return true;
            }

            try
            {
                _unescaped ??= new byte[EscapedBytesMax];
                text = _unescaped.AsSpan(0, _reader.CopyString(_unescaped));
                return true;
            }
            catch (InvalidOperationException)
            {
                _content.HoldsUnreadable();
                return false;
            }
        }
    }
}
