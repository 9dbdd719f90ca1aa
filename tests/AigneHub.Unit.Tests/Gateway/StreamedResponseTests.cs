using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers.Upstream;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Gateway;

/// <summary>When a stream's answer begins, as its timings have it.</summary>
public sealed class StreamedResponseTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();
    private readonly Exchange _exchange;
    private readonly AttemptSequence _attempts;
    private readonly UpstreamResponse _answer;
    private readonly StreamedResponse _client;

    public StreamedResponseTests()
    {
        _exchange = new Exchange(ModelFront.OpenAiChat, new DefaultHttpContext(), Guid.CreateVersion7(), _time);
        var target = RoutingSamples.Target("openai", "gpt");
        _attempts = new HealthBoard(new HealthOptions(), _time).Begin(
            RoutingSamples.Plan(default, target), 1, TimeSpan.FromMinutes(1));
        _attempts.Next();
        _exchange.BeginAttempt(target, target.Provider.Credentials[0], _attempts);
        _answer = new UpstreamResponse(
            new HttpResponseMessage(), new MemoryStream(), new CancellationTokenSource(), Dialect.OpenAi, new UpstreamOptions(), _time);
        _client = new StreamedResponse(_exchange, _answer, _time);
    }

    public void Dispose()
    {
        _client.Dispose();
        _answer.Dispose();
        _attempts.Dispose();
    }

    /// <summary>A vendor that is silent for long must be seen, though the hub keeps its client's connection alive meanwhile.</summary>
    [Fact]
    public async Task FirstByte_AfterKeepAlives_IsTheAnswers()
    {
        _client.HoldBack("event: announced\n\n"u8);
        for (var i = 0; i < 2; i++)
        {
            _time.Advance(Silence);
            await _client.KeepAliveAsync();
            Assert.True(_client.HasStarted);
            Assert.Null(_exchange.FirstByte);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        _client.Write("data: {}\n\n"u8);
        await _client.FlushAsync();
        Assert.Equal((TimeSpan.FromSeconds(31), TimeSpan.Zero), (_exchange.FirstByte, _exchange.Overhead));

        _time.Advance(Silence);
        await _client.KeepAliveAsync();
        Assert.Equal(31_000, _exchange.FirstByteMilliseconds);
    }

    [Fact]
    public async Task FirstByte_OfAnAnswerThatIsOnlyAnnounced_IsItsEnd()
    {
        _client.HoldBack("event: announced\n\n"u8);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _client.DeliveredAsync();
        Assert.Equal(TimeSpan.FromSeconds(2), _exchange.FirstByte);
    }
}
