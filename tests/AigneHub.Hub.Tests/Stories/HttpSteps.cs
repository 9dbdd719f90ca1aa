using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Stories;

/// <summary>What people do with a hub, by HTTP alone.</summary>
internal static class HttpSteps
{
    /// <summary>An answer other than the expected one fails with its text.</summary>
    /// <param name="key">Null: the administrator's.</param>
    public static async Task<JsonNode> DoAsync(
        this TestHub hub, HttpMethod method, string path, string? body, HttpStatusCode expected = HttpStatusCode.OK, string? key = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? hub.Key);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await hub.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text);
    }

    public static async Task<string> NewKeyAsync(this TestHub hub, string fields)
    {
        var key = (await hub.DoAsync(HttpMethod.Post, "/api/admin/keys", $$"""{"name":"App",{{fields}}}""", HttpStatusCode.Created))["key"]!.ToString();
        SecretWatch.Plant(key);
        return key;
    }

    /// <summary>Calls until credit or budget refuses; the other calls are answered.</summary>
    /// <returns>How many were answered, and the refusal.</returns>
    public static async Task<(int Answered, JsonNode Refusal)> CallUntilRefusedAsync(this TestHub hub, string key)
    {
        for (var answered = 0; answered < 100; answered++)
        {
            using var response = await hub.ChatAsync(
                """{"model":"sim/chat","messages":[{"role":"user","content":"Hello!"}],"max_tokens":200}""", key);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode != HttpStatusCode.OK)
            {
                Assert.True(response.StatusCode == HttpStatusCode.PaymentRequired, text);
                return (answered, JsonNode.Parse(text)!["error"]!);
            }
        }

        throw new InvalidOperationException("It is never refused.");
    }

    /// <summary>A call is answered again: what has come holds at once, or when a refusal is forgotten.</summary>
    public static Task CalledAgainAsync(this TestHub hub, string key) => Until.TrueAsync(
        async () =>
        {
            using var response = await hub.ChatAsync(
                """{"model":"sim/chat","messages":[{"role":"user","content":"Hello!"}],"max_tokens":200}""", key);
            return response.StatusCode == HttpStatusCode.OK;
        },
        "a call that is answered again");
}
