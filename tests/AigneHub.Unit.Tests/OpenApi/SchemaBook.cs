using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>The schemas of the management API's documents, of the same type information that reads and writes them.</summary>
internal sealed class SchemaBook
{
    private const string ReferencePrefix = "#/components/schemas/";
    private const string DocumentSuffix = "Document";

    private static readonly JsonSerializerOptions[] Contexts =
    [
        .. typeof(ManagementJson).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)))
            .OrderBy(type => type == typeof(ManagementJson) ? 0 : 1).ThenBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => OptionsOf((JsonSerializerContext)type.GetProperty("Default")!.GetValue(null)!)),
    ];

    private readonly Dictionary<string, Type> _types = [];

    /// <summary>By name.</summary>
    public SortedDictionary<string, JsonNode> Schemas { get; } = new(StringComparer.Ordinal);

    /// <summary>A reference to the schema of a type, which is added with all that it needs.</summary>
    public JsonNode Of(Type type)
    {
        var info = Contexts.Select(options => options.TryGetTypeInfo(type, out var found) ? found : null).FirstOrDefault(found => found is not null)
            ?? throw new InvalidOperationException($"No JSON context knows {type}.");
        return Export(info);
    }

    /// <summary>The one of several types that an answer has.</summary>
    public JsonNode Of(IEnumerable<Type> types)
    {
        JsonNode[] all = [.. types.OrderBy(NameOf, StringComparer.Ordinal).Select(Of)];
        return all.Length == 1 ? all[0] : new JsonObject { ["anyOf"] = new JsonArray(all) };
    }

    private static JsonSerializerOptions OptionsOf(JsonSerializerContext context)
    {
        var options = new JsonSerializerOptions(context.Options);
        for (var i = 0; i < options.Converters.Count; i++)
        {
            var converter = options.Converters[i].GetType();
            if (converter.IsGenericType && converter.GetGenericTypeDefinition() == typeof(ChangeOf<>))
            {
                options.Converters[i] =
                    (JsonConverter)Activator.CreateInstance(typeof(ChangeSchema<>).MakeGenericType(converter.GetGenericArguments()))!;
            }
        }

        return options;
    }

    private JsonNode Export(JsonTypeInfo info) => info.GetJsonSchemaAsNode(
        new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform });

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        var isNullable = IsNullable(schema);
        if (inner.IsEnum)
        {
            JsonNode?[] words = [.. Enum.GetNames(inner).Select(name => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(name)!)];
            isNullable |= inner != type;
            schema = new JsonObject
            {
                ["type"] = isNullable ? new JsonArray("string", "null") : "string",
                ["enum"] = new JsonArray(isNullable ? [.. words, null] : words),
            };
        }
        else if (inner.IsGenericType && inner.GetGenericTypeDefinition() == typeof(Change<>))
        {
            schema = OrNull(Export(context.TypeInfo.Options.GetTypeInfo(inner.GetGenericArguments()[0])));
        }
        else if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            var reference = IsPointer(schema) ? ReferenceTo(NameOf(inner)) : Add(context.TypeInfo, schema.AsObject());
            schema = isNullable ? OrNull(reference) : reference;
        }
        else if (IsPointer(schema))
        {
            // Into the schema around it, which becomes another one.
            schema = Export(context.TypeInfo);
            schema = isNullable ? OrNull(schema) : schema;
        }
        else if (schema is JsonObject { Count: > 0 } known && inner == typeof(long) && known["type"] is not null)
        {
            known["format"] = "int64";
        }

        if (schema is JsonObject optional && optional.TryGetPropertyValue("default", out var value) && value is null)
        {
            optional.Remove("default");
        }

        return Described(schema, context.PropertyInfo);
    }

    private static JsonNode Described(JsonNode schema, JsonPropertyInfo? property)
    {
        if (property?.AttributeProvider is PropertyInfo source && XmlDocs.Of(source) is { } text && schema is JsonObject described)
        {
            described["description"] = text;
        }

        return schema;
    }

    private static JsonObject OrNull(JsonNode schema)
    {
        if (schema is JsonObject { Count: 1 } simple && simple["type"] is JsonValue word)
        {
            return new JsonObject { ["type"] = new JsonArray(word.GetValue<string>(), "null") };
        }

        return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }

    private JsonObject Add(JsonTypeInfo info, JsonObject schema)
    {
        var type = info.Type;
        var name = NameOf(type);
        if (_types.TryGetValue(name, out var other) && other != type)
        {
            throw new InvalidOperationException($"{type} and {other} would have the same name in the document.");
        }

        _types[name] = type;
        var document = new JsonObject { ["type"] = "object" };
        if (XmlDocs.Summary(type) is { } text)
        {
            document["description"] = text;
        }

        foreach (var (key, value) in schema.ToArray())
        {
            if (key != "type")
            {
                schema.Remove(key);
                document[key] = value;
            }
        }

        // The exporter forgets to have these transformed: they have a converter of their own and a default value.
        foreach (var property in info.Properties)
        {
            if (document["properties"]?[property.Name] is JsonObject open && open.All(pair => pair.Key == "default"))
            {
                document["properties"]![property.Name] = Described(
                    Export(info.Options.GetTypeInfo(property.PropertyType)), property);
            }
        }

        // What is null is left out of answers.
        if (document["required"] is JsonArray required)
        {
            string[] needed = [.. required.Select(one => one!.GetValue<string>()).Where(one => !IsNullable(document["properties"]![one]))];
            document["required"] = new JsonArray([.. needed.Select(one => (JsonNode)one!)]);
            if (needed.Length == 0)
            {
                document.Remove("required");
            }
        }

        // A client must bear fields that come later; the hub refuses what it doesn't know.
        if (!name.EndsWith("Request", StringComparison.Ordinal))
        {
            document.Remove("additionalProperties");
        }

        Schemas[name] = document;
        return ReferenceTo(name);
    }

    public static JsonObject ReferenceTo(string name) => new() { ["$ref"] = ReferencePrefix + name };

    private static bool IsPointer(JsonNode schema) =>
        // One that takes everything is no object.
        schema is JsonObject && (schema["$ref"] ?? schema["anyOf"]?[0]?["$ref"])?.GetValue<string>() is { } pointer
        && !pointer.StartsWith(ReferencePrefix, StringComparison.Ordinal);

    private static bool IsNullable(JsonNode? schema) =>
        schema is JsonObject found
        && (found["type"] is JsonArray types && types.Any(type => type!.GetValue<string>() == "null")
            || found["anyOf"] is JsonArray any && any.Any(one => one?["type"] is JsonValue word && word.GetValue<string>() == "null"));

    private static string NameOf(Type type)
    {
        if (type.IsGenericType)
        {
            return NameOf(type.GetGenericArguments()[0]) + "Page";
        }

        return type.Name.EndsWith(DocumentSuffix, StringComparison.Ordinal) ? type.Name[..^DocumentSuffix.Length] : type.Name;
    }
}
