using System.Text.Json;
using AigneHub.Core.Routing;

namespace AigneHub.Providers.Catalogue;

/// <summary>
/// The models and vendors' prices that ship with the hub (<c>catalogue.json</c>, written by <c>eng/catalogue</c>).
/// Prices are nano-USD per 1,000,000 units.
/// </summary>
public sealed class PriceCatalogue
{
    private const string Resource = "catalogue.json";
    internal const int Format = 1;

    private PriceCatalogue(string asOf, IReadOnlyList<ModelEntry> models)
    {
        AsOf = asOf;
        Models = models;
    }

    /// <summary>The day (UTC, <c>yyyy-MM-dd</c>) whose prices were taken; later announced ones are not in it.</summary>
    public string AsOf { get; }

    /// <summary>In the catalogue's order, which decides between match rules.</summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>
    /// Reads the models of the named providers; the others are skipped unread, so that a hub with few providers starts
    /// as fast as it can.
    /// </summary>
    /// <param name="providers">Provider ids (case doesn't matter); null for all.</param>
    /// <exception cref="InvalidDataException">The file that was built in is of another form: a defect of the build.</exception>
    public static PriceCatalogue Load(IEnumerable<string>? providers = null)
    {
        using var stream = typeof(PriceCatalogue).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"The resource {Resource} is missing.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Parse(bytes, providers?.ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>A document that <see cref="CatalogueCheck"/> has found right.</summary>
    /// <exception cref="InvalidDataException">It is of another form.</exception>
    public static PriceCatalogue Parse(ReadOnlySpan<byte> json) => Parse(json, null);

    internal static PriceCatalogue Parse(ReadOnlySpan<byte> json, IReadOnlySet<string>? providers)
    {
        var reader = new Utf8JsonReader(json);
        List<ModelEntry> models = [];
        string? asOf = null;
        var format = 0;
        Read(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("format"u8))
            {
                reader.Read();
                format = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("asOf"u8))
            {
                reader.Read();
                asOf = reader.GetString();
            }
            else if (reader.ValueTextEquals("providers"u8))
            {
                ReadProviders(ref reader, providers, models);
            }
            else
            {
                reader.Skip();
            }
        }

        return format == Format && asOf is not null
            ? new PriceCatalogue(asOf, models)
            : throw new InvalidDataException($"The catalogue's format is {format}, not {Format}, or it has no date.");
    }

    private static void ReadProviders(ref Utf8JsonReader reader, IReadOnlySet<string>? providers, List<ModelEntry> models)
    {
        Read(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var provider = reader.GetString()!;
            Read(ref reader, JsonTokenType.StartArray);
            if (providers?.Contains(provider) == false)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                models.Add(ModelReader.Read(ref reader, provider));
            }
        }
    }

    private static void Read(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (!reader.Read() || reader.TokenType != expected)
        {
            throw new InvalidDataException($"Expected {expected} in the catalogue, got {reader.TokenType}.");
        }
    }
}
