using System.Diagnostics;
using System.Net;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Clients that are slow, silent, or gone.</summary>
[Collection(HubCollections.Hostile)]
public sealed class ConnectionTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    private const string Post = "POST /v1/chat/completions";
    private const string Json = "Content-Type: application/json\r\n";
    private const int IdleConnections = 2000;

    /// <summary>Together, because each of them takes its time.</summary>
    [Fact]
    public Task SlowClients_AreEndedByTheTimeOuts() => Task.WhenAll(SlowHeadersAsync(), SlowBodyAsync(), SlowChunksAsync(), IdleAsync());

    [Fact]
    public async Task EarlyClose_AtAnyByte_DoesNoHarm()
    {
        var request = hostile.Request(Post, $"{Json}Content-Length: {HostileHub.Chat.Length}\r\n", HostileHub.Chat);
        for (var length = 0; length <= request.Length; length++)
        {
            await using var closed = hostile.Connect();
            await closed.SendAsync(request[..length]);
            await using var half = hostile.Connect();
            await half.SendAsync(request[..length]);
            half.EndSending();
            await using var reset = hostile.Connect();
            await reset.SendAsync(request[..length]);
            reset.Reset();
        }

        await hostile.UnharmedAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public async Task EarlyClose_WithinAStream_DoesNoHarm(int bytes)
    {
        const string Chat =
            """{"model":"sim/chat","stream":true,"messages":[{"role":"user","content":"hi"}],"sim":{"tokens":2000,"token_ms":1}}""";
        for (var i = 0; i < 10; i++)
        {
            await using var client = hostile.Connect();
            await client.SendAsync(hostile.Request(Post, $"{Json}Content-Length: {Chat.Length}\r\n", Chat));
            await client.ReceiveAtLeastAsync(bytes);
            client.Reset();
        }

        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task PipelinedRequests_AreAnsweredInTurn()
    {
        await using var client = hostile.Connect();
        var chat = hostile.Request(Post, $"{Json}Content-Length: {HostileHub.Chat.Length}\r\n", HostileHub.Chat);

        await client.SendAsync(chat + hostile.Request("GET /v1/nothing") + chat);

        Assert.Equal(200, (await client.ReadAsync())!.Status);
        Assert.Equal(404, (await client.ReadAsync())!.Status);
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task IdleConnections_Thousands_KeepNobodyOut_AndAreEnded()
    {
        var idle = new List<RawClient>(IdleConnections);
        try
        {
            for (var i = 0; i < IdleConnections; i++)
            {
                idle.Add(hostile.Connect());
                if (i % 2 == 0)
                {
                    await idle[i].SendAsync("POST /v1/chat/completions HTTP/1.1\r\nHost:");
                }

                if (i % 500 == 0)
                {
                    using var response = await hostile.Hub.ChatAsync(HostileHub.Chat);
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                }
            }

            await hostile.UnharmedAsync();
            foreach (var client in idle)
            {
                // Half a header is answered with 408, silence with nothing.
                Assert.True(await client.ReadAsync() is null or { Status: 408 });
                Assert.True(await client.IsEndedAsync());
            }
        }
        finally
        {
            foreach (var client in idle)
            {
                await client.DisposeAsync();
            }
        }

        await hostile.UnharmedAsync();
    }

    private async Task SlowHeadersAsync()
    {
        await using var client = hostile.Connect();
        var started = Stopwatch.GetTimestamp();
        await client.SendAsync("POST /v1/chat/completions HTTP/1.1\r\n");
        while (await client.TrySendAsync("x: y\r\n") && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(100);
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "a client may send headers for ever");
    }

    private Task SlowBodyAsync() => SlowAsync($"Content-Length: {HostileHub.BodyBytesMax}\r\n", " ");

    private Task SlowChunksAsync() => SlowAsync("Transfer-Encoding: chunked\r\n", "1\r\n \r\n");

    private async Task SlowAsync(string headers, string piece)
    {
        await using var client = hostile.Connect();
        await client.SendAsync(hostile.Request(Post, Json + headers));
        var answer = client.ReadAsync();
        while (!answer.IsCompleted && await client.TrySendAsync(piece))
        {
            await Task.Delay(100);
        }

        (await answer)!.IsOpenAiError(408, "invalid_request");
        Assert.True(await client.IsEndedAsync());
    }

    private async Task IdleAsync()
    {
        await using var client = hostile.Connect();
        await client.SendAsync(hostile.Request("GET /v1/models"));
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        Assert.True(await client.IsEndedAsync());
    }
}
