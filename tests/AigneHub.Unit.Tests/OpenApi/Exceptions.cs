using System.Text.Json.Nodes;
using AigneHub.Gateway.Management.Audit;
using AigneHub.Gateway.Management.Config;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>What the code of a management call does not tell by itself.</summary>
internal static class Exceptions
{
    /// <summary>A query parameter that the code can reach, though this call refuses it.</summary>
    public static bool IsNotTaken(string function, string query) =>
        function == "MyUsage" && query == "account";

    /// <summary>Words that a parameter takes besides its enumeration's.</summary>
    public static IReadOnlyList<string> OtherWords(string query) => query is "status" or "show" ? ["all"] : [];

    /// <summary>What a query parameter means wherever it is taken; null where its name says it.</summary>
    public static string? MeaningOf(string query) => query switch
    {
        "limit" => "Entries a page.",
        "continuation" => "The `continuation` of the page before; opaque.",
        "from" => "From here on.",
        "to" => "Until before this.",
        "groupBy" => "Any of `account`, `team`, `project`, `key`, `provider`, `model`, with commas between them.",
        "dryRun" => "What would change is answered, and nothing changed.",
        "prune" => "What the document's lists don't have is deleted, where it can be.",
        "acceptSuspicious" => "Takes prices that are more than ten times the present ones, or less than a tenth, too.",
        _ => null,
    };

    /// <summary>Of every management call, by status: of who calls it, and of the hub's state.</summary>
    public static IReadOnlyDictionary<int, string[]> ErrorsOfAll { get; } = new Dictionary<int, string[]>
    {
        [401] = ["invalid_api_key", "api_key_inactive", "invalid_token"],
        [403] =
        [
            "forbidden", "scope_missing", "address_not_allowed", "account_suspended", "account_closed", "team_suspended", "team_closed",
            "project_suspended", "project_closed", "member_suspended", "not_invited", "no_role", "groups_overage", "account_not_found",
        ],
        [429] = ["too_many_failed_authentications"],
        [500] = ["internal_error"],
        [503] = ["storage_unavailable", "hub_stopping", "key_store_unavailable", "identity_provider_unavailable"],
    };

    /// <summary>The statuses of a call that can end after the first of its changes: that of the change that failed.</summary>
    public static IReadOnlyList<int> PartlyApplied(string function) => function == "PutConfig" ? [400, 404, 409, 412, 413, 503] : [];

    /// <summary>Of a body in a form of its own; null when it is read as a document.</summary>
    public static JsonNode? BodyOf(string function, SchemaBook schemas) => function switch
    {
        "UpdateCatalogue" => Body(("application/json", new JsonObject { ["type"] = "object" })),
        "PutConfig" => Body(
            ("application/json", schemas.Of(typeof(ConfigFile))), ("application/yaml", schemas.Of(typeof(ConfigFile)))),
        _ => null,
    };

    /// <summary>The media types of an answer that is no single document; null when it is one.</summary>
    public static JsonObject? AnswerOf(string function, SchemaBook schemas) => function switch
    {
        "MyStatement" or "AccountStatement" => Content(("text/csv", Text()), ("application/x-ndjson", Text())),
        "Metrics" => Content(("text/plain", Text())),
        "ExportAccount" or "ExportTeam" or "ExportProject" => Content(("application/json", new JsonObject { ["type"] = "object" })),
        "ListAudit" => Content(
            ("application/json", schemas.Of(typeof(AuditPage))), ("text/csv", Text()), ("application/x-ndjson", Text())),
        "GetConfig" => Content(
            ("application/json", schemas.Of(typeof(ConfigFile))), ("application/yaml", schemas.Of(typeof(ConfigFile)))),
        _ => null,
    };

    private static JsonObject Body(params ReadOnlySpan<(string Media, JsonNode Schema)> types) =>
        new() { ["required"] = true, ["content"] = Content(types) };

    private static JsonObject Content(params ReadOnlySpan<(string Media, JsonNode Schema)> types)
    {
        var content = new JsonObject();
        foreach (var (media, schema) in types)
        {
            content[media] = new JsonObject { ["schema"] = schema };
        }

        return content;
    }

    private static JsonObject Text() => new() { ["type"] = "string" };
}
