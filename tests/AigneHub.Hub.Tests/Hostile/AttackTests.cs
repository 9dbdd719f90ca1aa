using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>What attackers have tried with other gateways, tried on every route of this one.</summary>
[Collection(HubCollections.Hostile)]
public sealed class AttackTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    private const string Everything = "Content-Type: application/json\r\nContent-Length: 2\r\n";

    /// <summary>A router that reads a path otherwise than the check before it opens doors; here one and the same function does both.</summary>
    [Fact]
    public async Task AnyRoute_UnderOtherSpellingsOfItsPath_OpensNothingToAMember()
    {
        Assert.True(RouteTricks.ClosedToMembers.Count > 100, $"{RouteTricks.ClosedToMembers.Count} routes");
        await WalkSpellingsAsync(RouteTricks.ClosedToMembers, $"Authorization: Bearer {await MemberKeyAsync()}\r\n");
    }

    /// <summary>Own account, models, AIGNE's calls, invitations: what a member may call, nobody else may.</summary>
    [Fact]
    public async Task AnyRoute_UnderOtherSpellingsOfItsPath_OpensNothingWithoutAKey()
    {
        var others = RouteTricks.Closed.Except(RouteTricks.ClosedToMembers).ToArray();
        Assert.All(
            (string[])
            [
                "/api/me", "/api/invitations/accept", "/v1/chat/completions", "/api/v2/chat", "/v1beta/models/walker:generateContent",
                "/openai/v1/chat/completions",
            ],
            path => Assert.Contains(others, route => route.Path == path));
        await WalkSpellingsAsync(others, "");
    }

    [Fact]
    public async Task AnyRoute_WithoutAKey_OrWithOddOnes_IsRefused()
    {
        string[] headers =
        [
            "", "Authorization: \r\n", "Authorization: Bearer\r\n", "Authorization: Bearer null\r\n", "Authorization: Bearer undefined\r\n",
            "Authorization: Basic YWRtaW46YWRtaW4=\r\n", "x-api-key: *\r\n", "Cookie: key=" + hostile.Hub.Key + "\r\n",
            "X-Forwarded-For: 127.0.0.1\r\nX-Original-URL: /health\r\nX-Rewrite-URL: /health\r\n",
            "X-MS-CLIENT-PRINCIPAL: eyJhdXRoX3R5cCI6ImFhZCJ9\r\nX-MS-CLIENT-PRINCIPAL-NAME: admin\r\n",
            "X-HTTP-Method-Override: GET\r\n", "Host: localhost\r\n",
        ];
        var opened = new List<string>();
        foreach (var (_, method, path) in RouteTricks.Closed)
        {
            await using var client = hostile.Connect();
            foreach (var header in headers)
            {
                var host = header.StartsWith("Host", StringComparison.Ordinal) ? "" : "Host: hub\r\n";
                await client.SendAsync($"{method} {path} HTTP/1.1\r\n{host}{header}{Everything}\r\n" + "{}");
                var answer = await client.ReadAsync();
                if (answer is not { Status: 401 })
                {
                    opened.Add($"{method} {path} {header}: {answer?.Status}");
                }
            }
        }

        Assert.True(opened.Count == 0, string.Join('\n', opened));
    }

    /// <summary>CWE-770: what unfolds is not unfolded.</summary>
    [Fact]
    public async Task CompressedBody_IsNotUnfolded()
    {
        using var folded = new MemoryStream();
        using (var gzip = new GZipStream(folded, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++)
            {
                gzip.Write(zeros);
            }
        }

        using var content = new ByteArrayContent(folded.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", hostile.Hub.Key);
        using var response = await hostile.Hub.Client.SendAsync(request);
        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType, $"{response.StatusCode}");
        await hostile.UnharmedAsync();
    }

    [Theory]
    [InlineData("sim/chat\\r\\nSet-Cookie: a=b")]
    [InlineData("sim/chat\\u000d\\u000aX-Evil: 1")]
    [InlineData("sim/\\u0000")]
    [InlineData("sim/chat\\u2028\\u0085")]
    public async Task ModelName_WithLineBreaks_BecomesNoHeader(string model)
    {
        using var response = await hostile.Hub.ChatAsync($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie") || response.Headers.Contains("X-Evil"));
        await hostile.UnharmedAsync();
    }

    [Theory]
    [InlineData("Idempotency-Key: a%0d%0aX-Evil: 1\r\n")]
    [InlineData("traceparent: 00-\u0001\r\n")]
    [InlineData("x-request-id: \u00e9\u00ff\r\n")]
    [InlineData("OpenAI-Project: ../../x\r\nx-aigne-hub-client-did: ' or 1 eq 1\r\n")]
    public async Task OddHeaders_AreNotReflected(string header)
    {
        await using var client = hostile.Connect();
        await client.SendAsync(hostile.Request(
            "POST /v1/chat/completions", $"Content-Type: application/json\r\nContent-Length: {HostileHub.Chat.Length}\r\n{header}",
            HostileHub.Chat));
        var answer = (await client.ReadAsync())!;
        Assert.True(answer.Status is 200 or 400, $"{answer.Status}: {answer.Body}");
        Assert.DoesNotContain(answer.Headers, pair => pair.Key.Equals("X-Evil", StringComparison.OrdinalIgnoreCase));
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task Headers_TooLargeOrTooMany_Are431_AndALongTargetIs414()
    {
        await AssertAsync(hostile.Request("GET /health", $"X-Big: {new string('a', 70_000)}\r\n"), 431);
        await AssertAsync(hostile.Request("GET /health", string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: 1\r\n"))), 431);
        await AssertAsync(hostile.Request("GET /health?" + new string('a', 9_000)), 414);
        await hostile.UnharmedAsync();

        async Task AssertAsync(string request, int status)
        {
            await using var client = hostile.Connect();
            await client.TrySendAsync(request);
            Assert.Equal(status, (await client.ReadAsync())!.Status);
        }
    }

    /// <summary>What is wrong with a key is told to nobody who doesn't have it: unknown, nearly right and of another form alike.</summary>
    [Fact]
    public async Task WrongKeys_AreAnsweredAlike()
    {
        var key = await MemberKeyAsync();
        string[] wrong = ["sk-unknown-0123456789", key[..^3] + "xxx", "a", new string('k', 512)];
        var answers = new List<string>();
        using var stranger = new HttpClient { BaseAddress = hostile.Hub.Address };
        foreach (var one in wrong)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.TryAddWithoutValidation("x-api-key", one);
            using var response = await stranger.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            answers.Add((await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync()))!["error"]!["code"]!.ToString());
        }

        Assert.Equal(["invalid_api_key"], answers.Distinct());
    }

    /// <summary>Nothing of one tenant's is another's, however alike their calls are.</summary>
    [Fact]
    public async Task SameCallUnderTheSameIdempotencyKey_OfAnotherTenant_IsACallOfItsOwn()
    {
        var first = await CallAsync(await MemberKeyAsync());
        var second = await CallAsync(await MemberKeyAsync());
        Assert.NotEqual(first, second);

        async Task<string> CallAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent(HostileHub.Chat, Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            request.Headers.Add("Idempotency-Key", "order-1");
            using var response = await hostile.Hub.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.False(response.Headers.Contains("Idempotent-Replayed"));
            return (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync()))!["id"]!.ToString();
        }
    }

    /// <summary>Refused before anything was looked for: by the server, by the check, or as a path or model that there is not.</summary>
    private static bool IsClosed(RawAnswer answer) => answer.Status switch
    {
        401 or 403 or 405 => true,
        400 => answer.Body.Length == 0,
        404 => answer.Body.Length == 0 || answer.Body.Contains("unknown_url", StringComparison.OrdinalIgnoreCase)
            || answer.Body.Contains("This hub does not serve ", StringComparison.Ordinal)
            || answer.Body.Contains("\"model_not_found\"", StringComparison.Ordinal),
        _ => false,
    };

    private async Task WalkSpellingsAsync(IEnumerable<(string Function, string Method, string Path)> routes, string headers)
    {
        var opened = new List<string>();
        foreach (var (_, method, path) in routes)
        {
            foreach (var spelling in RouteTricks.Of(path))
            {
                // The server closes a connection whose request it can't read.
                await using var client = hostile.Connect();
                await client.SendAsync($"{method} {spelling} HTTP/1.1\r\nHost: hub\r\n{headers}{Everything}\r\n" + "{}");
                var answer = await client.ReadAsync();
                if (answer is null || !IsClosed(answer))
                {
                    opened.Add($"{method} {spelling}: {answer?.Status} {answer?.Body}");
                }
            }
        }

        Assert.True(opened.Count == 0, string.Join('\n', opened));
        await hostile.UnharmedAsync();
    }

    private async Task<string> MemberKeyAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/keys")
        {
            Content = new StringContent("""{"name":"member"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", hostile.Hub.Key);
        using var response = await hostile.Hub.Client.SendAsync(request);
        return (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync()))!["key"]!.ToString();
    }
}
