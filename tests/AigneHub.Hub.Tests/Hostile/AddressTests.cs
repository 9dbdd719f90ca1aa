using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Methods, paths, queries and headers that are not what they should be.</summary>
[Collection(HubCollections.Hostile)]
public sealed class AddressTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    private const string Unauthorized = "invalid_api_key";
    private static readonly string Body = $"Content-Type: application/json\r\nContent-Length: {HostileHub.Chat.Length}\r\n";

    [Theory]
    [InlineData("POST //v1/chat/completions", 404)]
    [InlineData("POST /v1//chat/completions", 404)]
    [InlineData("POST /v1/chat/completions/", 200)]
    [InlineData("POST /V1/Chat/Completions", 200)]
    [InlineData("POST /v1/chat%2Fcompletions", 404)]
    [InlineData("POST /v1/chat%252Fcompletions", 404)]
    [InlineData("POST /v1/./chat/../chat/completions", 200)]
    [InlineData("POST /v1/%2e%2e/v1/chat/completions", 200)]
    [InlineData("POST /../../v1/chat/completions", 200)]
    [InlineData("POST /v1/chat/completions;x=y", 404)]
    [InlineData("POST /v1/chat/completions%00", 400)]
    [InlineData("POST /v1/chat/completions%zz", 404)]
    [InlineData("POST /v1/chat/completions%ff", 404)]
    [InlineData("POST /v1/chat/completions#x", 404)]
    [InlineData("POST /v1/chat/completions?a=%00&a=%ff&&=", 200)]
    [InlineData("POST v1/chat/completions", 400)]
    [InlineData("POST http://evil.example/v1/chat/completions", 400)]
    [InlineData("POST /v1/chat/\\..\\completions", 404)]
    [InlineData("post /v1/chat/completions", 200)]
    [InlineData("CONNECT evil.example:443", 400)]
    [InlineData("PO\0ST /v1/chat/completions", 400)]
    [InlineData("POST  /v1/chat/completions", 400)]
    [InlineData("PUT /v1/chat/completions", 405)]
    [InlineData("OPTIONS /v1/chat/completions", 405)]
    [InlineData("HEAD /v1/chat/completions", 405)]
    public async Task Chat_OddTarget_GetsTheRightAnswer(string head, int status)
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(head, Body, HostileHub.Chat));

        var answer = (await client.ReadAsync(withoutBody: head.StartsWith("HEAD ", StringComparison.Ordinal)))!;
        Assert.True(status == answer.Status, $"{answer.Status} instead of {status}: {answer.Body}");
        if (status is 404 or 405)
        {
            // Before the path is known to be the hub's (400) it is the server that answers, with the status alone.
            Assert.True(answer.Headers.ContainsKey("x-request-id"), "not answered by the hub");
        }

        await hostile.UnharmedAsync();
    }

    /// <summary>Priced and admitted as one model, such a name would call another.</summary>
    [Theory]
    [InlineData("/v1beta/models/google%2Fgemini-1.5-flash%2F..%2Fgemini-2.5-pro:generateContent")]
    [InlineData("/v1beta/models/google%2F..%2F..%2Fx:streamGenerateContent")]
    [InlineData("/v1beta/models/google%252F..%252Fgemini-2.5-pro:generateContent")]
    [InlineData("/v1beta/models/google%2F%2Fgemini-2.5-pro:generateContent")]
    [InlineData("/openai/deployments/google%2Fgemini-1.5-flash%2F..%2Fgemini-2.5-pro/chat/completions")]
    [InlineData("/openai/deployments/google%2F.%2Fgemini-2.5-pro/chat/completions")]
    public async Task ModelWithASteppingSegment_IsNotFound(string path)
    {
        const string body = """{"messages":[{"role":"user","content":"hi"}],"contents":[{"parts":[{"text":"hi"}]}]}""";
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(
            $"POST {path}", $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n", body));

        var answer = (await client.ReadAsync())!;
        Assert.True(answer.Status == 404, $"{answer.Status}: {answer.Body}");
        Assert.Contains("is known to serve the model", answer.Body, StringComparison.Ordinal);
        await hostile.UnharmedAsync();
    }

    /// <summary>No function takes them: the server answers, with the status alone.</summary>
    [Theory]
    [InlineData("PROPFIND")]
    [InlineData("TRACE")]
    [InlineData("X")]
    public async Task UnknownMethod_Is404(string method)
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request($"{method} /v1/chat/completions"));

        Assert.Equal(404, (await client.ReadAsync())!.Status);
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task AbsoluteForm_OfThisHub_IsServed()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request($"POST http://{hostile.Hub.Address.Authority}/v1/chat/completions", Body, HostileHub.Chat));

        Assert.Equal(200, (await client.ReadAsync())!.Status);
    }

    [Theory]
    [InlineData("GET /v1/models/", 200)]
    [InlineData("GET /v1/models//", 404)]
    [InlineData("GET /v1/models/%2F", 404)]
    [InlineData("GET /v1/models/sim%2Fchat-fast", 200)]
    [InlineData("GET /v1/models/%ED%A0%80", 404)]
    [InlineData("GET /v1/models/%F0%9F%98%80", 404)]
    [InlineData("GET /v1/models/..%2F..%2Fapi", 404)]
    [InlineData("HEAD /v1/models", 405)]
    [InlineData("HEAD /health", 405)]
    [InlineData("OPTIONS *", 404)]
    [InlineData("GET /", 404)]
    [InlineData("GET /api/admin/keys/", 200)]
    [InlineData("GET /api/admin/keys/%20", 404)]
    [InlineData("GET /api/admin/keys/a%2Fb", 404)]
    [InlineData("GET /api/admin/keys/a%5Cb%23%3F", 404)]
    [InlineData("GET /api/admin/keys/a'%20or%20PartitionKey%20ne%20'", 404)]
    [InlineData("GET /api/admin/keys/%C2%80%07%0A", 404)]
    [InlineData("GET /api/admin/keys/key_%F0%9F%98%80", 404)]
    [InlineData("GET /api/admin/usage/poison/a%2Fb%23", 404)]
    [InlineData("GET /api/admin/usage/poison/%0D%0A", 404)]
    [InlineData("GET /api/admin/accounts/%C3%A9/ledger", 404)]
    [InlineData("GET /api/admin/accounts/a%2Fb/audit", 404)]
    [InlineData("GET /api/admin/accounts/none/audit", 404)]
    [InlineData("GET /api/me/ledger?limit=99999999999999999999", 400)]
    [InlineData("GET /api/me/ledger?limit=%D9%A3", 400)]
    [InlineData("GET /api/me/ledger?continuation=", 400)]
    [InlineData("GET /api/me/ledger?continuation=%F0%9F%98%80", 400)]
    [InlineData("GET /api/me/ledger?continuation=YSBvciAxIGVxIDE", 400)]
    [InlineData("GET /api/me/ledger?%F0%9F%98%80=1", 400)]
    [InlineData("GET /api/me/usage?interval=7", 400)]
    [InlineData("GET /api/me/usage?interval=hour,day", 400)]
    [InlineData("GET /api/me/usage?interval=0", 400)]
    [InlineData("GET /api/me/usage?interval=", 400)]
    [InlineData("GET /api/me/usage?to=0001-01-01T00:00:00Z", 400)]
    [InlineData("GET /api/me/usage?from=0001-01-01T00:00:00Z", 400)]
    [InlineData("GET /api/me/usage?from=9999-12-01T00:00:00Z&to=9999-12-31T23:59:59.9999999Z", 400)]
    [InlineData("GET /api/me/usage?from=0001-01-01T00:00:00Z&to=0001-01-01T00:00:01Z", 400)]
    [InlineData("GET /api/me/usage?from=0001-01-01T00:00:00%2B14:00", 400)]
    [InlineData("GET /api/me/usage?from=1970-01-01&to=1970-01-01T00:00:00.0000001Z", 200)]
    [InlineData("GET /api/me/usage?from=8999-12-01&to=8999-12-31T23:59:59.9999999Z&interval=Hour", 200)]
    [InlineData("GET /api/me/usage?groupBy=,,,", 200)]
    [InlineData("GET /api/admin/usage?account=%00", 400)]
    [InlineData("GET /api/admin/usage/poison?status=9", 400)]
    [InlineData("GET /api/admin/usage/poison?status=open,dropped", 400)]
    public async Task OtherRoutes_OddTarget_GetTheRightAnswer(string head, int status)
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(head));

        var answer = (await client.ReadAsync(withoutBody: head.StartsWith("HEAD ", StringComparison.Ordinal)))!;
        Assert.True(status == answer.Status, $"{answer.Status} instead of {status}: {answer.Body}");
        Assert.True(answer.Headers.ContainsKey("x-request-id"), "not answered by the hub");
        await hostile.UnharmedAsync();
    }

    [Theory]
    [InlineData("/v1/models/", 7_000, 404)]
    [InlineData("/v1/models/", 100_000, 414)]
    [InlineData("/api/me/ledger?continuation=", 7_000, 400)]
    [InlineData("/api/me/usage?groupBy=", 7_000, 400)]
    [InlineData("/api/me/usage?", 7_000, 400)]
    [InlineData("/api/admin/usage/poison?status=", 100_000, 414)]
    [InlineData("/api/admin/keys/", 7_000, 404)]
    [InlineData("/api/admin/usage/poison/", 2_000, 404)]
    [InlineData("/api/admin/accounts/", 2_000, 404)]
    public async Task LongTarget_IsRefused(string path, int length, int status)
    {
        await using var client = hostile.Connect();

        await client.TrySendAsync(hostile.Request($"GET {path}{new string('a', length)}"));

        Assert.Equal(status, (await client.ReadAsync())!.Status);
        await hostile.UnharmedAsync();
    }

    [Theory]
    [InlineData("Authorization: Bearer ahk_\u00e9\u00e8\r\n", 400)]
    [InlineData("Authorization: Bearer ahk_x\n y\r\n", 400)]
    [InlineData("Authorization: Bearer ahk_x\0\r\n", 400)]
    [InlineData("Authorization: Bearer ahk_\u00c3\u00a9\r\n", 401)]
    [InlineData("Authorization: Bearer\r\n", 401)]
    [InlineData("Authorization: Bearer  \t \r\n", 401)]
    [InlineData("Authorization: \r\n", 401)]
    [InlineData("Authorization: Bearer a, Bearer b\r\n", 401)]
    [InlineData("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", 401)]
    [InlineData("x-api-key: ' or 1 eq 1\r\n", 401)]
    [InlineData("api-key: ../../x\r\n", 401)]
    public async Task OddKey_IsRefused(string headers, int status)
    {
        await using var client = hostile.Connect();

        await client.SendAsync(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: {hostile.Hub.Address.Authority}\r\n{headers}{Body}\r\n{HostileHub.Chat}");

        var answer = (await client.ReadAsync())!;
        Assert.Equal(status, answer.Status);
        if (status == 401)
        {
            answer.IsOpenAiError(401, Unauthorized);
        }

        await hostile.UnharmedAsync();
    }

    [Theory]
    [InlineData(600, 401)]
    [InlineData(20_000, 401)]
    [InlineData(100_000, 431)]
    public async Task LongKey_IsRefused(int length, int status)
    {
        await using var client = hostile.Connect();

        await client.TrySendAsync(
            $"GET /v1/models HTTP/1.1\r\nHost: {hostile.Hub.Address.Authority}\r\nAuthorization: Bearer {new string('k', length)}\r\n\r\n");

        Assert.Equal(status, (await client.ReadAsync())!.Status);
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task ManyHeaders_AreRefused()
    {
        await using var client = hostile.Connect();

        await client.TrySendAsync(hostile.Request("GET /v1/models", string.Concat(Enumerable.Range(0, 500).Select(i => $"x-{i}: {i}\r\n"))));

        Assert.Equal(431, (await client.ReadAsync())!.Status);
        Assert.True(await client.IsEndedAsync());
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task EndlessHeaders_AreCut()
    {
        await using var client = hostile.Connect();
        await client.SendAsync("GET /v1/models HTTP/1.1\r\n");
        var line = $"x: {new string('x', 1000)}\r\n";

        var sent = 0;
        while (sent < 10_000 && await client.TrySendAsync(line))
        {
            sent++;
        }

        Assert.True(sent < 10_000, "10 MB of headers were taken");
        await hostile.UnharmedAsync();
    }
}
