using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Calls of the management API. What was created is deleted at the end: all tests share one storage.</summary>
internal sealed class Managed(TestHub hub) : IAsyncDisposable
{
    private readonly Stack<string> _created = new();

    /// <summary>Settings under which stored providers may be on loopback, where the tests' vendors are.</summary>
    public static IReadOnlyDictionary<string, string?> PrivateAllowed { get; } =
        new Dictionary<string, string?> { ["AigneHub:Upstream:PrivateNetworks"] = "true" };

    public static string NewId(string prefix) => $"{prefix}-{Guid.NewGuid():N}"[..24];

    public async Task<(HttpStatusCode Status, JsonNode Body, string? ETag)> SendAsync(
        HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, "/api/admin/" + path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await hub.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!, response.Headers.NonValidated
            .TryGetValues("ETag", out var etag) ? etag.ToString() : null);
    }

    public async Task<(JsonNode Body, string ETag)> CreateAsync(string path, string body)
    {
        var (status, created, etag) = await SendAsync(HttpMethod.Post, path, body);
        Assert.True(status == HttpStatusCode.Created, $"{path}: {(int)status} {created}");
        _created.Push($"{path}/{(created["id"] ?? created["name"])!.GetValue<string>()}");
        return (created, etag!);
    }

    /// <summary>A provider at the fake vendor, with one key; returns the credential's id and ETag.</summary>
    public async Task<(string Credential, string ETag)> CreateProviderAsync(string id, FakeUpstream vendor, string secret)
    {
        SecretWatch.Plant(secret);
        await CreateAsync("providers", $$"""{"id":"{{id}}","vendor":"custom-openai","baseUrl":"{{vendor.BaseUrl}}"}""");
        var (body, etag) = await CreateAsync("credentials", $$"""{"provider":"{{id}}","name":"first","secret":"{{secret}}"}""");
        return (body["id"]!.GetValue<string>(), etag);
    }

    public async Task<string> PatchAsync(string path, string etag, string body)
    {
        var (status, answer, next) = await SendAsync(HttpMethod.Patch, path, body, etag);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {(int)status} {answer}");
        return next!;
    }

    public static string Chat(string model) => $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hi"}]}""";

    public async ValueTask DisposeAsync()
    {
        while (_created.TryPop(out var path))
        {
            var (status, body, _) = await SendAsync(HttpMethod.Delete, path);
            Assert.True(status is HttpStatusCode.NoContent or HttpStatusCode.NotFound, $"{path}: {(int)status} {body}");
        }
    }
}
