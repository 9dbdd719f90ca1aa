using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Providers.Simulation;
using AigneHub.Unit.Tests.Providers.Tokenizers;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Providers.Simulation;

public sealed class SimulatedMediaTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly HttpMessageInvoker _provider;

    public SimulatedMediaTests() => _provider = new HttpMessageInvoker(new SimulatedProvider(SharedCounter.Instance, _time));

    public void Dispose() => _provider.Dispose();

    [Fact]
    public async Task Images_AreAsManyAsAsked_AndPng()
    {
        var (_, answer) = await PostAsync("images/generations", """{"model":"image","prompt":"x","n":3}""");

        var images = answer["data"]!.AsArray();
        Assert.Equal(3, images.Count);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], Convert.FromBase64String(images[0]!["b64_json"]!.ToString())[..4]);
    }

    [Fact]
    public async Task Video_GoesByTheClock_AndIsFetched()
    {
        var (_, begun) = await PostAsync("videos", """{"model":"video","prompt":"x","seconds":"8","size":"1280x720"}""");
        var id = begun["id"]!.ToString();
        Assert.Equal(("queued", "8", "1280x720"), (begun["status"]!.ToString(), begun["seconds"]!.ToString(), begun["size"]!.ToString()));

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("in_progress 50", await StateAsync(id));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"videos/{id}/content")).StatusCode);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("completed 100", await StateAsync(id));
        using var content = await SendAsync(HttpMethod.Get, $"videos/{id}/content");
        Assert.Equal("ftyp", Encoding.ASCII.GetString((await content.Content.ReadAsByteArrayAsync())[4..8]));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Delete, $"videos/{id}")).StatusCode);
    }

    [Fact]
    public async Task Video_ThatIsToFail_Fails()
    {
        var (_, begun) = await PostAsync("videos", """{"model":"video","prompt":"Fail, please"}""");
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal("failed 100", await StateAsync(begun["id"]!.ToString()));
    }

    [Theory]
    [InlineData("images/generations", """{"model":"chat","prompt":"x"}""", 404, "model")]
    [InlineData("images/generations", """{"model":"image","prompt":"x","n":11}""", 400, "n")]
    [InlineData("images/generations", """{"model":"image","prompt":"x","stream":true}""", 400, "stream")]
    [InlineData("images/generations", "[", 404, "model")]
    [InlineData("videos", """{"model":"image"}""", 404, "model")]
    [InlineData("videos", """{"model":"video","seconds":"0"}""", 400, "seconds")]
    public async Task Request_Wrong_IsRefused(string path, string body, int status, string param)
    {
        var (actual, answer) = await PostAsync(path, body);

        Assert.Equal((status, param), (actual, answer["error"]!["param"]!.ToString()));
    }

    [Theory]
    [InlineData("videos/sim_9999999999999_4_u_c")]
    [InlineData("videos/sim_1_4_u")]
    [InlineData("videos/x")]
    public async Task Video_Unknown_IsNotFound(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, path)).StatusCode);

    private async Task<string> StateAsync(string id)
    {
        using var response = await SendAsync(HttpMethod.Get, $"videos/{id}");
        var video = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return $"{video["status"]} {video["progress"]}";
    }

    private async Task<(int Status, JsonNode Answer)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await SendAsync(HttpMethod.Post, path, content);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, $"sim://local/{path}") { Content = content };
        return await _provider.SendAsync(request, CancellationToken.None);
    }
}
