using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Management;

/// <summary>
/// Secrets in every place where one can come in, a vendor that quotes them, every log level: <see cref="SecretWatch"/> looks at
/// all that comes out.
/// </summary>
[Collection(HubCollections.Management)]
public sealed class PlantedSecretTests(AzuriteFixture azurite)
{
    private const string Stored = "sk-planted-stored-6c1d0f";
    private const string Replaced = "sk-planted-replaced-81aa3b";
    private const string WrongKey = "ahk_planted-wrong-key-5512";

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(200)]
    public async Task Call_VendorQuotesTheKey_NoSecretComesOut(int status)
    {
        SecretWatch.Plant(Replaced);
        SecretWatch.Plant(WrongKey);
        await using var vendor = await FakeUpstream.StartAsync(async (context, body) =>
        {
            var key = context.Request.Headers.Authorization.ToString();
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                "{\"error\":{\"message\":\"Incorrect API key provided: " + key + "\",\"type\":\"invalid_request_error\",\"param\":null,"
                + "\"code\":null}}");
        });
        await using var hub = await TestHub.StartAsync(azurite, vendor, Managed.PrivateAllowed, logLevel: LogLevel.Trace);
        await using var managed = new Managed(hub);
        var before = SecretWatch.Scanned;
        var id = Managed.NewId("planted");
        var (credential, etag) = await managed.CreateProviderAsync(id, vendor, Stored);

        foreach (var model in new[] { $"{id}/m", "openai/gpt-4o" })
        {
            using var whole = await hub.ChatAsync(Managed.Chat(model));
            await whole.Content.ReadAsStringAsync();
            using var streamed = await hub.ChatAsync(Managed.Chat(model).Replace("\"messages\"", "\"stream\":true,\"messages\"", StringComparison.Ordinal));
            SecretWatch.Scan("stream", await streamed.Content.ReadAsStringAsync());
        }

        await managed.PatchAsync($"credentials/{credential}", etag, "{\"secret\":\"" + Replaced + "\"}");
        foreach (var (method, path, body) in Calls(id, credential))
        {
            var answer = await managed.SendAsync(method, path, body);
            SecretWatch.Scan(path, answer.Body.ToJsonString());
        }

        using var wrong = await hub.ChatAsync(Managed.Chat("sim/chat"), WrongKey);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var inQuery = new HttpRequestMessage(
            HttpMethod.Post, $"/v1beta/models/{id}%2Fm:generateContent?key={azurite.AdministratorKey}");
        inQuery.Content = new StringContent("{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}", Encoding.UTF8, "application/json");
        using var gemini = new HttpClient(new SecretWatch.Bodies(new SocketsHttpHandler())) { BaseAddress = hub.Address };
        using var answered = await gemini.SendAsync(inQuery);
        Assert.False(answered.IsSuccessStatusCode);
        Assert.True(SecretWatch.Scanned > before + 100, "The log was not looked at.");
        SecretWatch.AssertClean();
    }

    /// <summary>The watch itself: a log line with a secret in it is found.</summary>
    [Fact]
    public async Task Watch_SecretInALogLine_IsFound()
    {
        const string Planted = "sk-planted-to-be-found-77";
        SecretWatch.Plant(Planted);
        await using var hub = await TestHub.StartAsync(azurite);

        ((ILoggerFactory)hub.Services.GetService(typeof(ILoggerFactory))!).CreateLogger("x").LogError("It is {Secret}", Planted);

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(SecretWatch.AssertClean);
    }

    private static IEnumerable<(HttpMethod, string, string?)> Calls(string provider, string credential) =>
    [
        (HttpMethod.Get, "providers", null),
        (HttpMethod.Get, "credentials", null),
        (HttpMethod.Get, "credentials/env:openai:1", null),
        (HttpMethod.Get, $"credentials/{credential}", null),
        (HttpMethod.Post, $"credentials/{credential}/test", new JsonObject { ["model"] = "m" }.ToJsonString()),
        (HttpMethod.Post, "providers/openai/test", new JsonObject { ["model"] = "m" }.ToJsonString()),
        (HttpMethod.Post, $"models/{provider}/m/test", null),
        (HttpMethod.Post, "secrets/rotate", null),
        (HttpMethod.Post, "credentials", "{\"provider\":\"openai\",\"name\":\"n\",\"kind\":\"none\",\"secret\":\"" + Stored + "\"}"),
        (HttpMethod.Post, "credentials", "{\"provider\":\"openai\",\"name\":\"n\",\"secret\":[\"" + Stored + "\"]}"),
        (HttpMethod.Post, "credentials", "{\"provider\":\"openai\",\"name\":\"n\",\"kind\":\"awsAccessKey\",\"secret\":\"" + Stored + "\"}"),
    ];
}
