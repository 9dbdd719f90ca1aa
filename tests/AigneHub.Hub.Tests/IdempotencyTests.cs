using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Idempotency;
using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

/// <summary>Calls that clients name, so that a repeat isn't made and paid twice.</summary>
[Collection(HubCollections.Records)]
public sealed class IdempotencyTests(AzuriteFixture azurite)
{
    private const string Body = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string Streamed = """{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    private readonly string _name = Guid.NewGuid().ToString();
    private int _calls;

    private Task<FakeUpstream> VendorAsync(Func<HttpContext, JsonNode, int, Task>? answer = null) => FakeUpstream.StartAsync(
        (context, request) =>
        {
            var number = Interlocked.Increment(ref _calls);
            return answer is null ? AnswerAsync(context, number) : answer(context, request, number);
        });

    private static Task AnswerAsync(HttpContext context, int number)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(FakeUpstream.Answer($"answer {number}", 5, 2));
    }

    private static Task<HttpResponseMessage> SendAsync(
        TestHub hub, string name, string body = Body, CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", name);
        return hub.Client.SendAsync(request, cancellationToken);
    }

    private static async Task<string> IdOfAsync(HttpResponseMessage response, bool replayed)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains("answer 1", text, StringComparison.Ordinal);
        Assert.Equal(replayed, response.Headers.TryGetValues("Idempotent-Replayed", out _));
        return response.Headers.GetValues("x-request-id").Single();
    }

    private static async Task RefusedAsync(HttpResponseMessage response, int status, string code)
    {
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal((status, code), ((int)response.StatusCode, error["code"]!.ToString()));
    }

    [Fact]
    public async Task Repeat_OnAnotherInstance_GetsTheFirstAnswerAndIsNotBilled()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);
        await using var other = await TestHub.StartAsync(azurite, vendor);

        using var first = await SendAsync(hub, _name);
        using var again = await SendAsync(other, _name);
        using var reused = await SendAsync(other, _name, Body.Replace("hi", "ho", StringComparison.Ordinal));

        Assert.Equal(await IdOfAsync(first, replayed: false), await IdOfAsync(again, replayed: true));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        await RefusedAsync(reused, 422, "idempotency_key_reused");
        Assert.Equal(1, _calls);
        await hub.LedgerLineAsync(first.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task Repeat_WhileTheFirstRuns_IsToldToWait()
    {
        var go = new TaskCompletionSource();
        await using var vendor = await VendorAsync(async (context, _, number) =>
        {
            await go.Task;
            await AnswerAsync(context, number);
        });
        await using var hub = await TestHub.StartAsync(azurite, vendor);

        var first = SendAsync(hub, _name);
        await Until.TrueAsync(() => Task.FromResult(_calls == 1), "the vendor has the call");
        using var early = await SendAsync(hub, _name);
        go.SetResult();
        using var answer = await first;
        using var again = await SendAsync(hub, _name);

        await RefusedAsync(early, 409, "idempotency_key_in_use");
        Assert.NotNull(early.Headers.RetryAfter);
        Assert.Equal(await IdOfAsync(answer, replayed: false), await IdOfAsync(again, replayed: true));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task ClientLeaves_TheAnswerIsWaitedForAndKept()
    {
        var go = new TaskCompletionSource();
        await using var vendor = await VendorAsync(async (context, _, number) =>
        {
            await go.Task;
            await AnswerAsync(context, number);
        });
        await using var hub = await TestHub.StartAsync(azurite, vendor);
        using var leave = new CancellationTokenSource();

        // On Azure a function's token fires, too, maybe before the connection's: then the call is made to end within a second.
        using var function = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestAborted = leave.Token };
        context.Request.Method = HttpMethods.Post;
        context.Request.ContentType = "application/json";
        context.Request.Headers.Authorization = $"Bearer {hub.Key}";
        context.Request.Headers["Idempotency-Key"] = _name;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(Body));
        var first = hub.Services.GetRequiredService<GatewayHandler>().HandleAsync(ModelFront.OpenAiChat, context.Request, function.Token);
        await Until.TrueAsync(() => Task.FromResult(_calls == 1), "the vendor has the call");
        await function.CancelAsync();
        await leave.CancelAsync();
        Assert.NotSame(first, await Task.WhenAny(first, Task.Delay(TimeSpan.FromSeconds(1.5))));
        go.SetResult();
        await first;
        using var again = await SendAsync(hub, _name);

        var line = await hub.LedgerLineAsync(await IdOfAsync(again, replayed: true));
        Assert.Equal(("completed", 1), (line["outcome"]!.ToString(), _calls));
    }

    [Fact]
    public async Task Streamed_IsNotRepeated()
    {
        await using var vendor = await VendorAsync(async (context, _, _) =>
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("one", "stop"));
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(5, 1));
            await FakeUpstream.WriteEventAsync(context, "[DONE]");
        });
        await using var hub = await TestHub.StartAsync(azurite, vendor);

        using var first = await SendAsync(hub, _name, Streamed);
        Assert.Contains("[DONE]", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var again = await SendAsync(hub, _name, Streamed);

        await RefusedAsync(again, 410, "idempotent_answer_gone");
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task WhatHasCostNothing_MayBeRepeated()
    {
        await using var vendor = await VendorAsync((context, _, number) =>
        {
            if (number > 1)
            {
                return AnswerAsync(context, 1);
            }

            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"error":{"message":"no","type":"invalid_request_error","code":"bad"}}""");
        });
        await using var hub = await TestHub.StartAsync(azurite, vendor);

        using var first = await SendAsync(hub, _name);
        Assert.Equal(HttpStatusCode.BadRequest, first.StatusCode);
        using var again = await SendAsync(hub, _name);

        await IdOfAsync(again, replayed: false);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    public async Task Name_ThatIsNone_IsRefused(string name)
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);

        using var refused = await SendAsync(hub, name);

        await RefusedAsync(refused, 400, "invalid_value");
        Assert.Equal(0, _calls);
    }

    [Fact]
    public async Task StorageDown_IsNotCalled_AndAnAnswerIsDelivered()
    {
        var storage = new BrokenStorage();
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor, services: all => all.AddSingleton<IIdempotentCalls>(storage));

        using var refused = await SendAsync(hub, _name);
        await RefusedAsync(refused, 503, "storage_unavailable");
        Assert.Equal(0, _calls);

        storage.Begins = true;
        using var answered = await SendAsync(hub, _name);
        await IdOfAsync(answered, replayed: false);
    }

    private sealed class BrokenStorage : IIdempotentCalls
    {
        public bool Begins { get; set; }

        public Task<IdempotentCall?> BeginAsync(IdempotentCall call, CancellationToken cancellationToken) =>
            Begins ? Task.FromResult<IdempotentCall?>(null) : throw new StorageUnavailableException("down", null);

        public Task CompleteAsync(IdempotentCall call, CancellationToken cancellationToken) => throw new StorageUnavailableException("down", null);

        public Task AbandonAsync(IdempotentCall call, CancellationToken cancellationToken) => throw new StorageUnavailableException("down", null);

        public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
