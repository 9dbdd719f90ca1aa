using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AigneHub.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlScalar = YamlDotNet.Core.Events.Scalar;

namespace AigneHub.Gateway.Management.Config;

/// <summary>
/// YAML that says no more than JSON can, https://yaml.org/spec/1.2.2/#102-json-schema: one document without anchors, aliases and tags, so
/// that its size bounds what it becomes.
/// </summary>
internal static partial class ConfigYaml
{
    private const int DepthMax = 16;

    /// <summary>Exactly one of the results is null.</summary>
    public static (JsonObject? Value, HubError? Error) Read(byte[] bytes)
    {
        try
        {
            var parser = new Parser(new StringReader(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes)));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            var value = ReadNode(parser, 1);
            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<StreamEnd>(out _))
            {
                return (null, Wrong("There must be one document.", parser.Current?.Start));
            }

            return value is JsonObject found ? (found, null) : (null, Problem.BadRequest("The document must be a mapping."));
        }
        catch (RefusedYamlException e)
        {
            return (null, Wrong(e.Message, e.At));
        }
        catch (YamlException e)
        {
            // The parser's own words may quote the document.
            return (null, Wrong("The document is not valid YAML.", e.Start));
        }
        catch (DecoderFallbackException)
        {
            return (null, Problem.BadRequest("The document must be UTF-8."));
        }
    }

    /// <summary>Texts are quoted unless they can't be taken for anything else.</summary>
    public static string Write(JsonObject value)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        WriteNode(emitter, value);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static JsonNode? ReadNode(Parser parser, int depth)
    {
        var at = parser.Current!.Start;
        if (parser.Current is AnchorAlias || parser.Current is NodeEvent { Anchor.IsEmpty: false })
        {
            throw new RefusedYamlException("Anchors and aliases are not taken.", at);
        }

        if (parser.Current is NodeEvent { Tag.IsEmpty: false })
        {
            throw new RefusedYamlException("Tags are not taken.", at);
        }

        if (depth > DepthMax)
        {
            throw new RefusedYamlException($"Nothing may lie deeper than {DepthMax} levels.", at);
        }

        if (parser.TryConsume<YamlScalar>(out var scalar))
        {
            return scalar.Style == ScalarStyle.Plain ? ReadPlain(scalar) : JsonValue.Create(scalar.Value);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(parser, depth + 1));
            }

            return items;
        }

        parser.Consume<MappingStart>();
        var fields = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var start = parser.Current!.Start;
            if (parser.Current is not YamlScalar { Anchor.IsEmpty: true, Tag.IsEmpty: true } key)
            {
                throw new RefusedYamlException("A field's name must be a plain text.", start);
            }

            parser.MoveNext();
            if (fields.ContainsKey(key.Value))
            {
                throw new RefusedYamlException("A field stands twice in the same mapping.", start);
            }

            fields[key.Value] = ReadNode(parser, depth + 1);
        }

        return fields;
    }

    private static JsonValue? ReadPlain(YamlScalar scalar) => scalar.Value switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            JsonValue.Create(number),
        var text when Number().IsMatch(text) =>
            throw new RefusedYamlException("Quote numbers with a point or exponent: amounts are texts.", scalar.Start),
        var text => JsonValue.Create(text),
    };

    private static void WriteNode(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                emitter.Emit(new MappingStart(
                    AnchorName.Empty, TagName.Empty, true, fields.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in fields)
                {
                    WriteText(emitter, name);
                    WriteNode(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                emitter.Emit(new SequenceStart(
                    AnchorName.Empty, TagName.Empty, true, items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in items)
                {
                    WriteNode(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                WriteText(emitter, text);
                break;
            default:
                emitter.Emit(new YamlScalar(
                    AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, false));
                break;
        }
    }

    private static void WriteText(Emitter emitter, string text)
    {
        var isPlain = Word().IsMatch(text) && !Reserved().IsMatch(text);
        emitter.Emit(new YamlScalar(
            AnchorName.Empty, TagName.Empty, text, isPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isPlain, !isPlain));
    }

    private static HubError Wrong(string message, Mark? at) =>
        Problem.BadRequest(at is { } mark ? $"Line {mark.Line}: {message}" : message);

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Number();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_./-]*$")]
    private static partial Regex Word();

    [GeneratedRegex("^(null|true|false|yes|no|on|off|y|n)$", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();

    private sealed class RefusedYamlException(string message, Mark at) : Exception(message)
    {
        public Mark At { get; } = at;
    }
}
