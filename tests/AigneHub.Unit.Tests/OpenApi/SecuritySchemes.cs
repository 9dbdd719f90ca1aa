using System.Text.Json.Nodes;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>How a caller says who it is; any one of them will do.</summary>
internal static class SecuritySchemes
{
    private static readonly (string Name, JsonObject Scheme)[] Schemes =
    [
        ("bearer", Bearer(null, "A key of this hub, as OpenAI's clients send it.")),
        ("x-api-key", Header("x-api-key", "A key of this hub, as Anthropic's clients send it.")),
        ("api-key", Header("api-key", "A key of this hub, as Azure OpenAI's clients send it.")),
        ("x-goog-api-key", Header("x-goog-api-key", "A key of this hub, as Gemini's clients send it.")),
        // Not 'openIdConnect': which issuers a hub believes is a setting of each hub.
        ("token", Bearer("JWT", "A token of an OpenID Connect issuer that this hub believes.")),
    ];

    public static JsonObject All() =>
        new(Schemes.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Scheme.DeepClone())));

    public static JsonArray Any() => new([.. Schemes.Select(one => new JsonObject { [one.Name] = new JsonArray() })]);

    /// <summary>For calls that no key may make.</summary>
    public static JsonArray Token() => [new JsonObject { ["token"] = new JsonArray() }];

    private static JsonObject Bearer(string? format, string description)
    {
        var scheme = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = description };
        if (format is not null)
        {
            scheme["bearerFormat"] = format;
        }

        return scheme;
    }

    private static JsonObject Header(string name, string description) =>
        new() { ["type"] = "apiKey", ["in"] = "header", ["name"] = name, ["description"] = description };
}
