using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.OpenApi;

/// <summary>Makes calls by their operations in <c>/openapi.json</c>, and keeps what was answered.</summary>
internal sealed class AnswerLog(TestHub hub, JsonNode document)
{
    public JsonArray Answers { get; } = [];

    /// <summary>Operations that were called.</summary>
    public HashSet<string> Called { get; } = [];

    /// <summary>Ids, methods and paths of the management calls.</summary>
    public IEnumerable<(string Id, string Verb, string Path)> Management =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Value!["x-required-permission"] is not null
        select (operation.Value["operationId"]!.GetValue<string>(), operation.Key, path.Key);

    /// <param name="values">What stands in the path, in order; the query after it may follow in the last one's place.</param>
    /// <param name="key">Null: the administrator's; empty: none.</param>
    public async Task<(int Status, JsonNode? Body, string? ETag)> SendAsync(
        string operation, string[]? values = null, string? body = null, string query = "", string? key = null, string? ifMatch = null,
        string media = "application/json")
    {
        var (_, verb, path) = Find(operation);
        foreach (var value in values ?? [])
        {
            var (start, end) = (path.IndexOf('{', StringComparison.Ordinal), path.IndexOf('}', StringComparison.Ordinal));
            path = path[..start] + value + path[(end + 1)..];
        }

        using var request = new HttpRequestMessage(HttpMethod.Parse(verb), path + query);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, media);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"openapi-{Guid.NewGuid():N}");
        if (key is not null)
        {
            request.Headers.Authorization = key.Length == 0 ? new AuthenticationHeaderValue("None") : new AuthenticationHeaderValue("Bearer", key);
        }

        using var response = await hub.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var type = response.Content.Headers.ContentType?.MediaType;
        var json = text.Length == 0 ? null : type?.EndsWith("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) : JsonValue.Create(text);
        Called.Add(operation);
        Answers.Add(new JsonObject
        {
            ["operation"] = operation,
            ["status"] = (int)response.StatusCode,
            ["media"] = type,
            ["body"] = json?.DeepClone(),
        });
        return ((int)response.StatusCode, json, response.Headers.ETag?.ToString());
    }

    private (string Id, string Verb, string Path) Find(string operation) => (
        from path in document["paths"]!.AsObject()
        from one in path.Value!.AsObject()
        where one.Value!["operationId"]!.GetValue<string>() == operation
        select (operation, one.Key, path.Key)).Single();
}
