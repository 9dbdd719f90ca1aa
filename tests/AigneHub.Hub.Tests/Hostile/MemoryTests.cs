using System.Globalization;
using AigneHub.Gateway.Bodies;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Bodies that are too large, one by one or all together.</summary>
[Collection(HubCollections.Hostile)]
public sealed class MemoryTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    private const string Post = "POST /v1/chat/completions";
    private const string Json = "Content-Type: application/json\r\n";
    private const int ChunkBytes = 16 * 1024;

    private BodyMemory Memory => hostile.Hub.Services.GetRequiredService<BodyMemory>();

    [Fact]
    public async Task TooLarge_Declared_Is413BeforeAnythingIsRead()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, $"{Json}Content-Length: {HostileHub.BodyBytesMax + 1}\r\n"));

        (await client.ReadAsync())!.IsOpenAiError(413, "request_too_large");
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task TooLarge_DeclaredBeyondAllLimits_Is413()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, $"{Json}Content-Length: {long.MaxValue}\r\n"));

        (await client.ReadAsync())!.IsOpenAiError(413, "request_too_large");
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task TooLarge_Chunked_Is413()
    {
        await using var client = hostile.Connect();
        await client.SendAsync(hostile.Request(Post, Json + "Transfer-Encoding: chunked\r\n"));

        for (var sent = 0; sent <= HostileHub.BodyBytesMax; sent += ChunkBytes)
        {
            await client.TrySendAsync($"{ChunkBytes:x}\r\n{new string('x', ChunkBytes)}\r\n");
        }

        (await client.ReadAsync())!.IsOpenAiError(413, "request_too_large");
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task TooLarge_ForManagement_IsAProblem()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request("POST /api/admin/keys", $"{Json}Content-Length: 300000\r\n"));

        (await client.ReadAsync())!.IsProblem(413);
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task LargestBody_IsTaken()
    {
        await using var client = hostile.Connect();
        var body = HostileHub.Chat + new string(' ', HostileHub.BodyBytesMax - HostileHub.Chat.Length);

        await client.SendAsync(hostile.Request(Post, $"{Json}Content-Length: {body.Length}\r\n", body));
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        await client.SendAsync(hostile.Request(Post, $"{Json}Transfer-Encoding: chunked\r\n", $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n"));
        Assert.Equal(200, (await client.ReadAsync())!.Status);

        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task AllTogetherTooLarge_Is503WithRetryAfter_UntilTheyAreLetGo()
    {
        var holders = new List<RawClient>();
        try
        {
            // Each is one byte short of its end, so that the hub holds nearly all of it.
            var body = new string(' ', HostileHub.BodyBytesMax - 1);
            for (var held = 0; held + HostileHub.BodyBytesMax < HostileHub.BodyBytesInFlightMax; held += HostileHub.BodyBytesMax)
            {
                holders.Add(hostile.Connect());
                await holders[^1].SendAsync(hostile.Request(Post, $"{Json}Content-Length: {HostileHub.BodyBytesMax}\r\n", body));
                await Until.TrueAsync(() => Task.FromResult(Memory.BytesInUse > held + HostileHub.BodyBytesMax), "the body is held");
            }

            await using var late = hostile.Connect();
            await late.SendAsync(hostile.Request(Post, $"{Json}Content-Length: {HostileHub.BodyBytesMax}\r\n", body));
            var refused = (await late.ReadAsync())!;
            refused.IsOpenAiError(503, "hub_overloaded");
            Assert.InRange(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 10);

            foreach (var holder in holders)
            {
                await holder.SendAsync("x");
                (await holder.ReadAsync())!.IsOpenAiError(400, "invalid_request");
            }

            await hostile.UnharmedAsync();
        }
        finally
        {
            foreach (var holder in holders)
            {
                await holder.DisposeAsync();
            }
        }
    }

    /// <summary>Tiny values become large when they are read: what a translation holds is bounded, too.</summary>
    [Theory]
    [InlineData(100, 200)]
    [InlineData(50_000, 413)]
    public async Task Translated_ManyTinyValues_AreBounded(int values, int status)
    {
        await using var client = hostile.Connect();
        var list = string.Join(',', Enumerable.Repeat("0", values));
        var body = $$$"""
            {"model":"sim/chat-fast","max_tokens":9,"messages":[{"role":"user","content":"hi"}],
            "tools":[{"name":"a","input_schema":{"enum":[{{{list}}}]}}]}
            """;

        await client.SendAsync(hostile.Request("POST /v1/messages", $"{Json}Content-Length: {body.Length}\r\n", body));

        var answer = (await client.ReadAsync())!;
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 413, answer.Body.Contains("too many values", StringComparison.Ordinal));
        await hostile.UnharmedAsync();
    }

    /// <summary>Fast enough at every moment, and never done.</summary>
    [Theory]
    [InlineData(
        "POST /v1/audio/transcriptions", "Content-Type: multipart/form-data; boundary=x\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n")]
    [InlineData(Post, Json, "{")]
    public async Task NeverDone_Is408_AndNothingIsHeld(string post, string headers, string begin)
    {
        await using var client = hostile.Connect();
        await client.SendAsync(hostile.Request(post, headers + "Transfer-Encoding: chunked\r\n", $"{begin.Length:x}\r\n{begin}\r\n"));

        var answer = client.ReadAsync();
        while (!answer.IsCompleted)
        {
            await client.TrySendAsync("100\r\n" + new string(' ', 256) + "\r\n");
            await Task.WhenAny(answer, Task.Delay(50));
        }

        (await answer)!.IsOpenAiError(408, "invalid_request");
        await hostile.UnharmedAsync();
    }

    /// <summary>A declared length costs its sender nothing, so it must not cost the others their memory.</summary>
    [Fact]
    public async Task DeclaredButNotSent_HoldsLittle()
    {
        const int Clients = 12;
        var silent = new List<RawClient>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                silent.Add(hostile.Connect());
                await silent[i].SendAsync(hostile.Request(Post, $"{Json}Content-Length: {HostileHub.BodyBytesMax}\r\n", "{"));
            }

            await Until.TrueAsync(() => Task.FromResult(Memory.BytesInUse > Clients * 1024), "the hub reads all of them");
            using var response = await hostile.Hub.ChatAsync(HostileHub.Chat);
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
            Assert.All(silent, client => Assert.False(client.HasAnswer, "one of them was refused"));
        }
        finally
        {
            foreach (var client in silent)
            {
                await client.DisposeAsync();
            }
        }

        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task ExpectContinue_IsAskedForTheBodyOnlyWhenItIsWanted()
    {
        await using (var wanted = hostile.Connect())
        {
            await wanted.SendAsync(hostile.Request(Post, $"{Json}Expect: 100-continue\r\nContent-Length: {HostileHub.Chat.Length}\r\n"));
            Assert.Equal(100, (await wanted.ReadAsync())!.Status);
            await wanted.SendAsync(HostileHub.Chat);
            Assert.Equal(200, (await wanted.ReadAsync())!.Status);
        }

        await using (var large = hostile.Connect())
        {
            await large.SendAsync(hostile.Request(Post, $"{Json}Expect: 100-continue\r\nContent-Length: {HostileHub.BodyBytesMax + 1}\r\n"));
            (await large.ReadAsync())!.IsOpenAiError(413, "request_too_large");
        }

        await using (var odd = hostile.Connect())
        {
            await odd.SendAsync(hostile.Request(Post, $"{Json}Expect: tea\r\nContent-Length: {HostileHub.Chat.Length}\r\n", HostileHub.Chat));
            Assert.True((await odd.ReadAsync())!.Status is 200 or 417);
        }

        await hostile.UnharmedAsync();
    }
}
