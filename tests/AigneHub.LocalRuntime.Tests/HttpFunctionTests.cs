using System.Net;
using System.Text;
using AigneHub.LocalRuntime.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.LocalRuntime.Tests;

public sealed class HttpFunctionTests : IAsyncLifetime
{
    private const string Id = "d0f1a6b2-5a86-4e9b-8a9c-111111111111";

    private readonly Journal _journal = new();
    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(
        [typeof(RouteFunctions), typeof(FailingFunctions), typeof(StreamFunctions)],
        configure: builder => builder.Services.AddSingleton(_journal));

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("GET", "v1/items/7", "item 7")]
    [InlineData("GET", "v1/items/seven", "anything v1/items/seven")]
    [InlineData("GET", "v1/models/openai/gpt", "model openai/gpt")]
    [InlineData("GET", "v1/models", "models")]
    [InlineData("POST", "v1/models", "anything v1/models")]
    [InlineData("POST", "v1/both", "post")]
    [InlineData("GET", "v1/both", "get")]
    [InlineData("PATCH", "v1/both", "anything v1/both")]
    [InlineData("GET", "Named", "named")]
    [InlineData("GET", $"kinds/9000000000/{Id}/true/x%20y", $"9000000000 {Id} True x y")]
    [InlineData("GET", "maybe/3", "maybe 3")]
    [InlineData("GET", "maybe", "maybe ")]
    [InlineData("DELETE", "", "anything ")]
    public async Task Request_GoesToTheFunctionOfItsRoute(string method, string path, string expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _app.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("fails/before")]
    [InlineData("fails/synchronously")]
    [InlineData("fails/unflushed")]
    public async Task Exception_BeforeAnyByte_Is500WithEmptyBody(string path)
    {
        using var response = await _app.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("x-half-done"));
        Assert.Single(_app.Logged.Lines, line => line.StartsWith("Error Fail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exception_AfterBytes_CutsTheConnection()
    {
        using var response = await _app.Http.GetAsync("fails/midway", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Response_IsStreamed()
    {
        using var response = await _app.Http.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var first = new byte[16];
        var length = await body.ReadAsync(first);

        Assert.Equal("first", Encoding.UTF8.GetString(first, 0, length));
        Assert.DoesNotContain("stream ended", _journal.Entries);
    }

    [Fact]
    public async Task ClientThatGoesAway_CancelsTheFunction()
    {
        var response = await _app.Http.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead);
        response.Dispose();

        await _journal.UntilAsync("stream cancelled");
        Assert.DoesNotContain(_app.Logged.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prefix_OfHostJson_PrecedesEveryRoute()
    {
        await using var app = await TestApp.StartAsync([typeof(RouteFunctions)], hostJson: new { version = "2.0" });

        Assert.Equal("models", await app.Http.GetStringAsync("api/v1/models"));
        using var bare = await app.Http.GetAsync("v1/models");
        Assert.Equal(HttpStatusCode.NotFound, bare.StatusCode);
    }

    [Fact]
    public async Task WrongMethod_WithoutCatchAll_Is404()
    {
        await using var app = await TestApp.StartAsync(
            [typeof(StreamFunctions)], configure: builder => builder.Services.AddSingleton(_journal));

        using var response = await app.Http.PostAsync("stream", null);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Port_ThatIsTaken_IsOneLineThatSaysWhatToDo()
    {
        var port = _app.App.Addresses[0].Port.ToString(null, null);
        await using var second = TestApp.Builder([typeof(RouteFunctions)], args: ["--port", port]).Build();

        var refusal = await Assert.ThrowsAsync<LocalStartupException>(() => second.StartAsync(CancellationToken.None));

        Assert.Contains(port, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--port", refusal.Message, StringComparison.Ordinal);
    }
}
