using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Pricing;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Simulation;
using AigneHub.Providers.Upstream;
using AigneHub.Unit.Tests.Providers.Tokenizers;
using AigneHub.Wire.Sse;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Providers.Simulation;

public sealed class SimulatedProviderTests : IDisposable
{
    private const string Hello = """
        "messages":[{"role":"user","content":"hello world"}]
        """;
    private const int HelloTokens = 9;
    private const string Weather = """
        "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{
          "city":{"type":"string"},"days":{"type":["null","integer"]},"unit":{"enum":["c","f"]},"more":{"type":"object"}},
        "required":["city","days","unit"]}}}]
        """;

    private const string WeatherArguments = """{"city":"sim","days":1,"unit":"c"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SimulatedProvider _provider = new(SharedCounter.Instance, TimeProvider.System);
    private readonly UpstreamClient _client;

    public SimulatedProviderTests()
    {
        _client = new UpstreamClient(new UpstreamOptions { UseProxy = false }, TimeProvider.System, _provider);
    }

    public void Dispose()
    {
        _client.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public void Text_EveryLength_IsThatManyTokens()
    {
        for (var tokens = 1; tokens <= 3 * SimulatedText.Tokens; tokens++)
        {
            Assert.Equal(tokens, SharedCounter.Instance.Count(SimulatedText.First(tokens)));
        }
    }

    [Fact]
    public async Task Chat_NotStreamed_IsAChatCompletionWithRealCounts()
    {
        var answer = await JsonAsync(200, $$$"""{"model":"chat-fast",{{{Hello}}}}""");

        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.Equal("chat-fast", (string?)answer["model"]);
        Assert.StartsWith("chatcmpl-", (string?)answer["id"], StringComparison.Ordinal);
        Assert.InRange((long)answer["created"]!, 1_700_000_000, 5_000_000_000);
        var choice = Assert.Single(answer["choices"]!.AsArray())!;
        var content = (string)choice["message"]!["content"]!;
        Assert.Equal(("assistant", "stop"), ((string?)choice["message"]!["role"], (string?)choice["finish_reason"]));
        Assert.InRange(content.Split(' ').Length, 50, 70);
        Assert.Equal(HelloTokens, (int)answer["usage"]!["prompt_tokens"]!);
        Assert.Equal(SharedCounter.Instance.Count(content), (int)answer["usage"]!["completion_tokens"]!);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(""","stream_options":{"include_usage":true}""", SimulatedTokens)]
    public async Task Chat_Streamed_IsTheSameTextInOpenAisEvents(string options, int? tokens)
    {
        var whole = await JsonAsync(200, $$$"""{"model":"chat-fast",{{{Hello}}}}""");
        var events = await EventsAsync($$$"""{"model":"chat-fast","stream":true,{{{Hello}}}{{{options}}}}""");

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].Select(data => JsonNode.Parse(data)!).ToList();
        Assert.Single(chunks.Select(chunk => (string?)chunk["id"]).Distinct());
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", (string?)chunk["object"]));
        if (tokens is not null)
        {
            Assert.All(chunks[..^1], chunk => Assert.True(chunk.AsObject().ContainsKey("usage") && chunk["usage"] is null));
            Assert.Empty(chunks[^1]["choices"]!.AsArray());
            Assert.Equal(whole["usage"]!.ToJsonString(), chunks[^1]["usage"]!.ToJsonString());
            chunks.RemoveAt(chunks.Count - 1);
        }
        else
        {
            Assert.All(chunks, chunk => Assert.False(chunk.AsObject().ContainsKey("usage")));
        }

        Assert.Equal("assistant", (string?)chunks[0]["choices"]![0]!["delta"]!["role"]);
        Assert.Equal(
            (string?)whole["choices"]![0]!["message"]!["content"],
            string.Concat(chunks.Select(chunk => (string?)chunk["choices"]![0]!["delta"]!["content"])));
        Assert.All(chunks[..^1], chunk => Assert.Null(chunk["choices"]![0]!["finish_reason"]));
        Assert.Equal("stop", (string?)chunks[^1]["choices"]![0]!["finish_reason"]);
    }

    [Theory]
    [InlineData(""","max_tokens":5""", 5, "length")]
    [InlineData(""","max_completion_tokens":6,"max_tokens":5""", 6, "length")]
    [InlineData(""","sim":{"tokens":200}""", 200, "stop")]
    [InlineData(""","sim":{"tokens":200},"max_tokens":150""", 150, "length")]
    [InlineData(""","max_tokens":5000""", SimulatedTokens, "stop")]
    public async Task Chat_Lengths_AreHonoured(string options, int tokens, string finish)
    {
        var answer = await JsonAsync(200, $$$"""{"model":"chat-fast",{{{Hello}}}{{{options}}}}""");

        Assert.Equal(tokens, (int)answer["usage"]!["completion_tokens"]!);
        Assert.Equal(tokens, SharedCounter.Instance.Count((string)answer["choices"]![0]!["message"]!["content"]!));
        Assert.Equal(finish, (string?)answer["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Chat_Pace_IsOnePauseAToken()
    {
        var time = new FakeTimeProvider();
        using var provider = new SimulatedProvider(SharedCounter.Instance, time);
        using var client = new UpstreamClient(new UpstreamOptions { UseProxy = false }, time, provider);
        using var response = await SendAsync(
            client, $$$"""{"model":"chat","stream":true,{{{Hello}}},"sim":{"first_token_ms":500,"token_ms":30}}""");
        var buffer = new byte[1000];
        Task<UpstreamRead> Read() => response.Body.ReadAsync(buffer, CancellationToken.None).AsTask();

        foreach (var pause in (int[])[500, 30, 30])
        {
            var reading = Read();
            time.Advance(TimeSpan.FromMilliseconds(pause - 1));
            Assert.False(reading.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.InRange((await reading.WaitAsync(Patience)).Bytes, 1, buffer.Length);
        }
    }

    [Fact]
    public async Task Tool_WithTools_CallsOneWithArgumentsThatFit()
    {
        var answer = await JsonAsync(200, $$$"""{"model":"tool",{{{Hello}}},{{{Weather}}},"sim":{"token_ms":0}}""");
        var call = Assert.Single(answer["choices"]![0]!["message"]!["tool_calls"]!.AsArray())!;
        Assert.Equal("tool_calls", (string?)answer["choices"]![0]!["finish_reason"]);
        Assert.Equal(("weather", WeatherArguments), ((string?)call["function"]!["name"], (string?)call["function"]!["arguments"]));
        Assert.Equal(
            SharedCounter.Instance.Count("weather") + SharedCounter.Instance.Count(WeatherArguments),
            (long)answer["usage"]!["completion_tokens"]!);

        var events = await EventsAsync($$$"""{"model":"tool","stream":true,{{{Hello}}},{{{Weather}}},"sim":{"token_ms":0}}""");
        var deltas = events[..^1].Select(data => JsonNode.Parse(data)!["choices"]![0]!["delta"]!["tool_calls"]?[0]!).OfType<JsonNode>().ToList();
        Assert.Equal((string?)call["id"], (string?)deltas[0]["id"]);
        Assert.Equal("weather", (string?)deltas[0]["function"]!["name"]);
        Assert.Equal(WeatherArguments, string.Concat(deltas.Select(delta => (string?)delta["function"]!["arguments"])));
        Assert.InRange(deltas.Count, 3, 20);
    }

    [Theory]
    [InlineData($$$"""{"model":"tool",{{{Hello}}}}""")]
    [InlineData($$$"""{"model":"tool",{{{Hello}}},{{{Weather}}},"tool_choice":"none"}""")]
    [InlineData($$$"""{"model":"tool","messages":[{"role":"tool","tool_call_id":"call_sim_1","content":"sunny"}],{{{Weather}}}}""")]
    [InlineData($$$"""{"model":"chat-fast",{{{Hello}}},{{{Weather}}}}""")]
    public async Task Tool_NothingToCall_AnswersText(string request)
    {
        var answer = await JsonAsync(200, request);

        Assert.Equal("stop", (string?)answer["choices"]![0]!["finish_reason"]);
        Assert.NotNull((string?)answer["choices"]![0]!["message"]!["content"]);
    }

    [Theory]
    [InlineData("not json", 400, null)]
    [InlineData("[]", 400, null)]
    [InlineData($$$"""{"model":"\ud800",{{{Hello}}}}""", 400, null)]
    [InlineData($$$"""{{{{Hello}}}}""", 400, "model")]
    [InlineData($$$"""{"model":"gpt-5",{{{Hello}}}}""", 404, "model")]
    [InlineData("""{"model":"chat"}""", 400, "messages")]
    [InlineData("""{"model":"chat","messages":[]}""", 400, "messages")]
    [InlineData("""{"model":"chat","messages":["hi"]}""", 400, "messages[0].role")]
    [InlineData("""{"model":"chat","messages":[{"role":"user"},{"role":"boss"}]}""", 400, "messages[1].role")]
    [InlineData($$$"""{"model":"chat",{{{Hello}}},"n":2}""", 400, "n")]
    [InlineData($$$"""{"model":"chat",{{{Hello}}},"max_tokens":0}""", 400, "max_tokens")]
    [InlineData($$$"""{"model":"chat",{{{Hello}}},"max_tokens":"5"}""", 400, "max_tokens")]
    [InlineData($$$"""{"model":"chat",{{{Hello}}},"stream":"yes"}""", 400, "stream")]
    [InlineData($$$"""{"model":"chat",{{{Hello}}},"sim":{"pace":1}}""", 400, "sim.pace")]
    [InlineData($$$"""{"model":"chat",{{{Hello}}},"sim":5}""", 400, "sim")]
    [InlineData($$$"""{"model":"chat",{{{Hello}}},"sim":{"tokens":100001}}""", 400, "tokens")]
    public async Task Chat_WrongRequest_IsOpenAisError(string request, int status, string? param)
    {
        var answer = await JsonAsync(status, request);

        Assert.Equal(("invalid_request_error", param), ((string?)answer["error"]!["type"], (string?)answer["error"]!["param"]));
        Assert.NotEmpty((string)answer["error"]!["message"]!);
    }

    [Fact]
    public async Task Fail429_Call_NamesWhenToRetry()
    {
        using var response = await SendAsync(_client, $$$"""{"model":"fail-429",{{{Hello}}}}""");

        Assert.Equal((429, TimeSpan.FromSeconds(2)), (response.Status, response.RetryAfter!.Value));
        Assert.Equal("rate_limit_exceeded", (string?)(await ReadAsync(response))["error"]!["code"]);
    }

    [Fact]
    public async Task Fail500_Call_IsAServerError() =>
        Assert.Equal("server_error", (string?)(await JsonAsync(500, $$$"""{"model":"fail-500",{{{Hello}}}}"""))["error"]!["type"]);

    [Fact]
    public async Task CutMidStream_Streamed_BreaksAfterTenTokens()
    {
        using var response = await SendAsync(_client, $$$"""{"model":"cut-mid-stream","stream":true,{{{Hello}}},"sim":{"token_ms":0}}""");
        using var content = await response.Body.ReadAllAsync(1 << 20, CancellationToken.None);

        Assert.Equal(UpstreamFailureKind.ConnectionReset, content.Failure);
        using var tap = new ChatStreamTap(UsageQuirks.None, 1 << 20);
        using var splitter = new SseEventSplitter(1 << 20);
        splitter.Feed(content.Bytes);
        while (splitter.TryNext(out var sseEvent))
        {
            tap.Read(sseEvent.Span);
        }

        Assert.Equal(10, tap.CountDelivered(SharedCounter.Instance));
        Assert.Null(tap.Usage);
        Assert.False(tap.SawFinish);
    }

    [Fact]
    public async Task CutMidStream_NotStreamed_IsConnectionReset()
    {
        var result = await _client.SendAsync(
            Request($$$"""{"model":"cut-mid-stream",{{{Hello}}},"sim":{"token_ms":0}}"""), CancellationToken.None);

        Assert.Equal(UpstreamFailureKind.ConnectionReset, result.Failure!.Kind);
    }

    [Fact]
    public async Task Hang_Call_EndsWithTheFirstByteLimit()
    {
        var time = new FakeTimeProvider();
        using var client = new UpstreamClient(new UpstreamOptions { UseProxy = false }, time, _provider);
        var sending = client.SendAsync(Request($$$"""{"model":"hang","stream":true,{{{Hello}}}}"""), CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(120));

        Assert.Equal(UpstreamFailureKind.FirstByteTimeout, (await sending.WaitAsync(Patience)).Failure!.Kind);
    }

    [Fact]
    public async Task HangMidStream_Streamed_EndsWithTheIdleLimit()
    {
        var time = new FakeTimeProvider();
        using var client = new UpstreamClient(new UpstreamOptions { UseProxy = false }, time, _provider);
        using var response = await SendAsync(client, $$$"""{"model":"hang-mid-stream","stream":true,{{{Hello}}},"sim":{"token_ms":0}}""");
        var buffer = new byte[1000];
        var reads = 0;
        Task<UpstreamRead> reading;
        do
        {
            reading = response.Body.ReadAsync(buffer, CancellationToken.None).AsTask();
        }
        while (reading.IsCompleted && reads++ < 100);
        time.Advance(TimeSpan.FromSeconds(120));

        Assert.Equal(UpstreamFailureKind.IdleTimeout, (await reading.WaitAsync(Patience)).Failure);
        Assert.Equal(11, reads);
    }

    [Fact]
    public async Task Send_SimulationSwitchedOff_IsABug()
    {
        using var client = new UpstreamClient(new UpstreamOptions { UseProxy = false }, TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(Request("{}"), CancellationToken.None));
    }

    [Fact]
    public void Models_All_ArePriced()
    {
        Assert.Equal("sim/chat", SimulatedProvider.Models[0].FullName);
        Assert.All(SimulatedProvider.Models.Where(model => !model.Rates!.Forms.Any() && !model.Rates.Has(UnitKind.Image)), model => Assert.Equal(
            30_000L,
            Cost.Of([new(UnitKind.Input, 100, model.Rates![UnitKind.Input]!.Base), new(UnitKind.Output, 50, model.Rates[UnitKind.Output]!.Base)])));
    }

    private const int SimulatedTokens = 73;

    private static UpstreamRequest Request(string body) => TestProvider.Request(
        SimulatedProvider.Entry, body.Contains("\"stream\":true", StringComparison.Ordinal), [Encoding.UTF8.GetBytes(body)]);

    private static async Task<UpstreamResponse> SendAsync(UpstreamClient client, string body)
    {
        var result = await client.SendAsync(Request(body), CancellationToken.None).WaitAsync(Patience);
        Assert.True(result.Answered, result.Failure?.Code);
        return result.Response;
    }

    private static async Task<JsonNode> ReadAsync(UpstreamResponse response)
    {
        Assert.Equal("application/json", response.MediaType);
        using var content = await response.Body.ReadAllAsync(1 << 20, CancellationToken.None);
        Assert.Equal(UpstreamFailureKind.None, content.Failure);
        return JsonNode.Parse(content.Bytes.Span)!;
    }

    private async Task<JsonNode> JsonAsync(int status, string body)
    {
        using var response = await SendAsync(_client, body);
        Assert.Equal(status, response.Status);
        return await ReadAsync(response);
    }

    private async Task<List<string>> EventsAsync(string body)
    {
        using var response = await SendAsync(_client, body);
        Assert.Equal((200, "text/event-stream"), (response.Status, response.MediaType));
        using var content = await response.Body.ReadAllAsync(1 << 20, CancellationToken.None);
        return [.. Encoding.UTF8.GetString(content.Bytes.Span).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..])];
    }
}
