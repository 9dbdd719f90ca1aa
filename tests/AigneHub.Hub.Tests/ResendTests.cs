using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Gateway.Idempotency;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

/// <summary>Calls that AIGNE's client sends again when its connection breaks.</summary>
[Collection(HubCollections.Records)]
public sealed class ResendTests(AzuriteFixture azurite)
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    private static string Body(bool streamed, string text = "hi") =>
        $$$"""
        {"input":{"messages":[{"role":"user","content":"{{{text}}}"}],"modelOptions":{"model":"openai/gpt-4o"}},
        "options":{"streaming":{{{(streamed ? "true" : "false")}}}}}
        """;

    private Task<FakeUpstream> VendorAsync() => FakeUpstream.StartAsync(async (context, request) =>
    {
        Interlocked.Increment(ref _calls);
        context.RequestAborted.Register(() => _cancelled.TrySetResult());
        if (request["stream"]?.GetValue<bool>() is not true)
        {
            await _go.Task.WaitAsync(context.RequestAborted);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(FakeUpstream.Answer("the answer", 5, 2));
            return;
        }

        await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("the "));
        await _go.Task.WaitAsync(context.RequestAborted);
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("answer", "stop"));
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(5, 2));
        await FakeUpstream.WriteEventAsync(context, "[DONE]");
    });

    private static Task<HttpResponseMessage> SendAsync(TestHub hub, string body, CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/chat")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private Task CalledAsync(int times = 1) => Until.TrueAsync(() => Task.FromResult(_calls == times), "the vendor has the call");

    /// <summary>Sends a call, and leaves when the vendor has it.</summary>
    private async Task SendAndLeaveAsync(TestHub hub, string body, bool streamed)
    {
        using var leave = new CancellationTokenSource();
        var sent = SendAsync(hub, body, leave.Token);
        await CalledAsync();
        if (streamed)
        {
            using var response = await sent;
            using var stream = await response.Content.ReadAsStreamAsync();
            Assert.NotEqual(0, await stream.ReadAsync(new byte[1]));
        }
        else
        {
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        }
    }

    private static async Task<string> TextOfAsync(HttpResponseMessage response)
    {
        var content = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, content);
        return response.Content.Headers.ContentType!.MediaType != "text/event-stream"
            ? JsonNode.Parse(content)!["text"]!.ToString()
            : string.Concat(content.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(f => f.StartsWith("data:", StringComparison.Ordinal))
                .Select(frame => JsonNode.Parse(frame["data: ".Length..])!["delta"]?["text"]?["text"]?.ToString()));
    }

    private static bool IsReplay(HttpResponseMessage response) => response.Headers.TryGetValues("Idempotent-Replayed", out _);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConnectionBreaks_TheSameCallAgain_JoinsTheFirst(bool streamed)
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);

        await SendAndLeaveAsync(hub, Body(streamed), streamed);
        await Until.TrueAsync(() => Task.FromResult(hub.Services.GetRequiredService<Resends>().Abandoned == 1), "the hub has noticed");
        var again = SendAsync(hub, Body(streamed));
        if (streamed)
        {
            // What has come is there at once.
            Assert.True(IsReplay(await again));
        }

        _go.SetResult();
        using var response = await again;

        Assert.Equal("the answer", await TextOfAsync(response));
        Assert.True(IsReplay(response));
        Assert.Equal(1, _calls);
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal(("completed", false), (line["outcome"]!.ToString(), line["estimated"]!.GetValue<bool>()));
        await EmptyAsync(hub);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConnectionBreaks_TheSameCallAfterItsEnd_GetsItsOutcome(bool streamed)
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);
        var before = (await hub.GetAsync("/api/me/ledger?limit=1"))["items"]!.AsArray().FirstOrDefault()?["id"]!.ToString();

        await SendAndLeaveAsync(hub, Body(streamed), streamed);
        await Until.TrueAsync(() => Task.FromResult(hub.Services.GetRequiredService<Resends>().Abandoned == 1), "the hub has noticed");
        _go.SetResult();
        await Until.TrueAsync(
            async () => (await hub.GetAsync("/api/me/ledger?limit=1"))["items"]![0]!["id"]!.ToString() != before, "the call is settled");
        using var response = await SendAsync(hub, Body(streamed));

        Assert.Equal("the answer", await TextOfAsync(response));
        Assert.True(IsReplay(response));
        Assert.Equal(1, _calls);
        await EmptyAsync(hub);
    }

    /// <summary>One that has joined may break off, too.</summary>
    [Fact]
    public async Task TheSecondClientLeaves_AThirdGetsIt_AndElseTheCallEnds()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor, services: Window(TimeSpan.FromSeconds(2)));

        await SendAndLeaveAsync(hub, Body(true), streamed: true);
        for (var i = 0; i < 2; i++)
        {
            using var joined = await SendAsync(hub, Body(true));
            Assert.True(IsReplay(joined));
            using var stream = await joined.Content.ReadAsStreamAsync();
            Assert.NotEqual(0, await stream.ReadAsync(new byte[1]));
        }

        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await EmptyAsync(hub);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task NobodyComesBack_TheCallEndsWithItsWindow()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor, services: Window(TimeSpan.FromMilliseconds(100)));

        await SendAndLeaveAsync(hub, Body(true), streamed: true);

        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await EmptyAsync(hub);
        _go.SetResult();
        using var response = await SendAsync(hub, Body(true));
        Assert.Equal("the answer", await TextOfAsync(response));
        Assert.False(IsReplay(response));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task ClientStillThere_OrAnotherBody_IsAnotherCall()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);

        var first = SendAsync(hub, Body(false));
        await CalledAsync();
        var same = SendAsync(hub, Body(false));
        var other = SendAsync(hub, Body(false, "ho"));
        await CalledAsync(3);
        _go.SetResult();

        foreach (var call in new[] { first, same, other })
        {
            using var response = await call;
            Assert.Equal("the answer", await TextOfAsync(response));
            Assert.False(IsReplay(response));
        }

        await EmptyAsync(hub);
    }

    private static Action<IServiceCollection> Window(TimeSpan window) => all =>
        all.AddSingleton(s => new Resends(s.GetRequiredService<RecordingMemory>(), s.GetRequiredService<TimeProvider>(), window));

    private static Task EmptyAsync(TestHub hub) => Until.TrueAsync(
        () => Task.FromResult(hub.Services.GetRequiredService<RecordingMemory>().BytesInUse == 0), "nothing is held any more");
}
