using System.Text.Json.Nodes;

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
        "acceptSuspicious" => "Takes prices that are more than ten times the present ones, or less than a tenth, too.",
        _ => null,
    };

    /// <summary>Of a body in a form of its own; null when it is read as a document.</summary>
    public static JsonNode? BodyOf(string function) => function is "UpdateCatalogue"
        ? new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } },
            },
        }
        : null;

    /// <summary>The media types of an answer that is no single document; null when it is one.</summary>
    public static JsonNode? AnswerOf(string function) => function is "MyStatement" or "AccountStatement"
        ? new JsonObject
        {
            ["text/csv"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } },
            ["application/x-ndjson"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } },
        }
        : null;
}
