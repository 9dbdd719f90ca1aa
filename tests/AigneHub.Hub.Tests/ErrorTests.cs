using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>Bad requests: the right status and code, in the format of the API that was called.</summary>
[Collection(HubCollections.Calls)]
public sealed class ErrorTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("POST", "/v1/chat/completions", "{", "application/json", 400, "invalid_request")]
    [InlineData("POST", "/v1/chat/completions", """{"messages":[{}]}""", "application/json", 400, "missing_required_parameter")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"sim/chat","messages":[{}]}""", "text/plain", 415, "unsupported_media_type")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"sim/chatt","messages":[{}]}""", "application/json", 404, "model_not_found")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"groq/llama","messages":[{}]}""", "application/json", 503, "provider_not_configured")]
    [InlineData("GET", "/v1/chat/completions", null, null, 405, "method_not_allowed")]
    [InlineData("POST", "/v1/files", "{}", "application/json", 404, "unknown_url")]
    [InlineData("GET", "/v1/files", null, null, 404, "unknown_url")]
    [InlineData("GET", "/v1/models/sim%2Fnone", null, null, 404, "model_not_found")]
    public async Task ModelApi_BadRequest_IsAnOpenAiError(
        string method, string path, string? body, string? contentType, int status, string code)
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, contentType!),
        };

        using var response = await hub.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        var error = (await response.Content.ReadFromJsonAsync<JsonNode>())!["error"]!;
        Assert.Equal(code, error["code"]!.GetValue<string>());
        Assert.NotEmpty(error["message"]!.GetValue<string>());
        Assert.NotEmpty(response.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task UnknownModel_NamesCloseOnes()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        using var response = await hub.ChatAsync("""{"model":"sim/chat-fats","messages":[{}]}""");

        Assert.Contains("sim/chat-fast", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BodyTooLarge_Is413BeforeItIsRead()
    {
        await using var hub = await TestHub.StartAsync(
            azurite, settings: new Dictionary<string, string?> { ["AigneHub:Gateway:BodyBytesMax"] = "1024" });

        using var response = await hub.ChatAsync($$"""{"model":"sim/chat","messages":[{"role":"user","content":"{{new string('x', 1024)}}"}]}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("request_too_large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ahk_unknown")]
    [InlineData("Basic YTpi")]
    public async Task NoOrUnknownKey_Is401(string? authorization)
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var client = new HttpClient { BaseAddress = hub.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("invalid_api_key", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/me/usage?interval=week", "interval")]
    [InlineData("/api/me/usage?groupBy=moon", "groupBy")]
    [InlineData("/api/me/usage?from=yesterday", "from")]
    [InlineData("/api/me/usage?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from")]
    [InlineData("/api/me/usage?unknown=1", "unknown")]
    [InlineData("/api/me/ledger?limit=0", "limit")]
    [InlineData("/api/me/ledger?limit=2&limit=3", "limit")]
    [InlineData("/api/me/ledger?continuation=zzz", "continuation")]
    [InlineData("/api/admin/keys?continuation=zzz", "continuation")]
    [InlineData("/api/admin/usage/poison?status=odd", "status")]
    public async Task Management_BadQuery_IsAProblemThatNamesTheParameter(string path, string parameter)
    {
        await using var hub = await TestHub.StartAsync(azurite);

        using var response = await hub.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(parameter, (await response.Content.ReadFromJsonAsync<JsonNode>())!["param"]!.GetValue<string>());
    }
}
