using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Gateway.Credit;

/// <summary>What of a request decides how much it may cost and use, read in one pass over its bytes.</summary>
/// <param name="Error">The first thing that is wrong with what it asks for: see <see cref="AskedOutput.With"/>, and a name that a
/// careless vendor would take for another, or one that stands twice. The rest is read nevertheless.</param>
internal sealed record RequestDemand(AskedOutput Asked, PromptContent Content, VendorTools Tools, HubError? Error)
{
    /// <param name="api">The client's.</param>
    /// <param name="body">Well-formed JSON, an object.</param>
    public static RequestDemand Read(ModelApi api, ReadOnlySpan<byte> body)
    {
        var pass = new Pass(body, api);
        return pass.Run(AskedNames.Of(api));
    }

    private ref struct Pass(ReadOnlySpan<byte> body, ModelApi api)
    {
        /// <summary>More than any escaped form of what is looked for has.</summary>
        private const int EscapedBytesMax = 256;

        private readonly bool _isAigne = api == ModelApi.AigneChat;
        private Utf8JsonReader _reader = new(body, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        private AskedOutput _asked = new(null, 1);
        private PromptContent _content;
        private VendorTools _tools;
        private HubError? _error;
        private byte[]? _unescaped;

        // Of the object that is read: a tool, or an item of what is said.
        private ReadOnlySpan<byte> _type;
        private bool _hasId;
        private long? _uses;

        public RequestDemand Run(AskedNames names)
        {
            _reader.Read();
            ReadObject(names);
            (_tools, var error) = _tools.Limited(_uses);
            return new RequestDemand(_asked, _content, _tools, _error ?? error);
        }

        /// <summary>To its end, whatever stands in it.</summary>
        private void ReadObject(AskedNames names)
        {
            var depth = _reader.CurrentDepth;
            var seen = 0UL;
            while (_reader.Read() && _reader.CurrentDepth > depth)
            {
                if (_reader.TokenType == JsonTokenType.PropertyName)
                {
                    ReadMember(_reader.CurrentDepth == depth + 1 ? names : null, ref seen);
                }
            }
        }

        /// <summary>Its name and the first token of its value, or all of a group.</summary>
        /// <param name="names">Those that can be its own; null where none is.</param>
        /// <param name="seen">The bits of those that the object has had.</param>
        private void ReadMember(AskedNames? names, ref ulong seen)
        {
            var member = default(AskedMember);
            var mark = PromptContent.Mark.None;
            var isOther = false;
            if (!_reader.ValueIsEscaped)
            {
                mark = _content.Name(_reader.ValueSpan);
                member = names is null ? null : Find(names, _reader.ValueSpan);
                isOther = names is { OthersUnbounded: true } && member is null;
                _error ??= isOther ? CreditErrors.UnboundedTool(_reader.ValueSpan) : null;
            }
            else if (TryUnescape(out var name))
            {
                mark = _content.Name(name);
                member = names is null ? null : Find(names, name);
                isOther = names is { OthersUnbounded: true } && member is null;
                _error ??= isOther ? CreditErrors.UnboundedTool(name) : null;
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

            if (member is not null)
            {
                NoteOnce(names!.BitOf(member), member, ref seen);
                ReadOwn(member);
            }
        }

        /// <summary>Which of two a vendor goes by isn't known, nor of two spellings.</summary>
        private void NoteOnce(ulong bit, AskedMember member, ref ulong seen)
        {
            _error ??= (seen & bit) == 0 ? null : RequestHeadParser.Invalid(
                $"'{member.Name}' stands twice in the request, or in two spellings.", member.Name, "invalid_name");
            seen |= bit;
        }

        private void ReadOwn(AskedMember member)
        {
            switch (member.Role)
            {
                case AskedRole.Group when _reader.TokenType == JsonTokenType.StartObject:
                    ReadObject(member.Within!);
                    break;
                case AskedRole.Tools or AskedRole.Items when _reader.TokenType == JsonTokenType.StartArray:
                    ReadList(member);
                    break;
                case AskedRole.ToolType or AskedRole.ItemType:
                    _type = _reader.TokenType == JsonTokenType.String ? TypeAt() : default;
                    break;
                case AskedRole.ItemId:
                    _hasId = _reader.TokenType == JsonTokenType.String;
                    break;
                case AskedRole.Uses:
                    var isNumber = _reader.TokenType == JsonTokenType.Number;
                    _uses = isNumber && _reader.TryGetInt32(out var uses) && uses >= 0 ? uses : null;
                    break;
                case AskedRole.ToolOnce or AskedRole.ToolSearch when _reader.TokenType != JsonTokenType.Null:
                    _tools = _tools.With(member.Role);
                    break;
                default:
                    (_asked, var error) = _asked.With(member, ref _reader);
                    _error ??= error;
                    break;
            }
        }

        /// <summary>A list of tools, or of what is said so far.</summary>
        private void ReadList(AskedMember list)
        {
            var depth = _reader.CurrentDepth;
            var outer = _uses;
            var none = 0UL;
            while (_reader.Read() && _reader.CurrentDepth > depth)
            {
                if (_reader.TokenType == JsonTokenType.StartObject && _reader.CurrentDepth == depth + 1)
                {
                    _type = default;
                    _hasId = false;
                    _uses = null;
                    ReadObject(list.Within!);
                    EndElement(list.Role);
                }
                else if (_reader.TokenType == JsonTokenType.PropertyName)
                {
                    ReadMember(null, ref none);
                }
            }

            _uses = outer;
        }

        private void EndElement(AskedRole role)
        {
            if (role == AskedRole.Items)
            {
                // What has an id alone names an item that the vendor keeps.
                _content.HoldsReference(_hasId && _type.IsEmpty);
                return;
            }

            (_tools, var error) = _tools.With(api, _type, _uses);
            _error ??= error;
        }

        private ReadOnlySpan<byte> TypeAt() =>
            !_reader.ValueIsEscaped ? _reader.ValueSpan : TryUnescape(out var text) ? text.ToArray() : "?"u8;

        private void ReadMarked(PromptContent.Mark mark)
        {
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                _content.Object(mark);
            }
            else if (_reader.TokenType == JsonTokenType.String && !_reader.ValueIsEscaped)
            {
                _content.Text(mark, _reader.ValueSpan, _isAigne);
            }
            else if (_reader.TokenType == JsonTokenType.String && TryUnescape(out var text))
            {
                _content.Text(mark, text, _isAigne);
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

        /// <summary>
        /// False, and told of, when the escapes make no valid text. What is longer than all that is looked for stays as it is.
        /// </summary>
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
