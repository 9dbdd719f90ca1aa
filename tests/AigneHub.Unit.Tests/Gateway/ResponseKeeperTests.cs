using AigneHub.Core;
using AigneHub.Core.Responses;
using AigneHub.Core.Routing.Health;
using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Responses;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class ResponseKeeperTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Store _store = new();

    [Fact]
    public async Task Keep_StorageFails_IsNotTheCallsAffair()
    {
        foreach (var failure in new Exception[] { new StorageUnavailableException("down"), new InvalidOperationException("no table") })
        {
            _store.Put = Task.FromException(failure);
            await KeepAsync();
        }

        Assert.Equal(2, _store.Puts);
    }

    [Fact]
    public async Task Keep_StorageHangs_IsGivenUpAfterThreeSeconds()
    {
        _store.Put = new TaskCompletionSource().Task;

        var keeping = KeepAsync();
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(keeping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await keeping.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private Task KeepAsync()
    {
        var target = RoutingSamples.Target("openai", "gpt");
        var board = new HealthBoard(new HealthOptions(), _time);
        using var attempts = board.Begin(RoutingSamples.Plan(default, target), 1, TimeSpan.FromMinutes(1));
        var exchange = new Exchange(ModelFront.OpenAiResponses, new DefaultHttpContext(), Guid.NewGuid(), _time)
        {
            Caller = RoutingSamples.Caller(),
            Head = new RequestHead { Model = "openai/gpt", StartBrace = 0, EndBrace = 0 },
        };
        exchange.BeginAttempt(target, target.Provider.Credentials[0], attempts);
        return new ResponseKeeper(_store, _time, NullLogger<ResponseKeeper>.Instance).KeepAsync(exchange, "resp_1");
    }

    private sealed class Store : IStoredResponses
    {
        public Task Put { get; set; } = Task.CompletedTask;

        public int Puts { get; private set; }

        public Task PutAsync(StoredResponse response, CancellationToken cancellationToken)
        {
            Puts++;
            return Put;
        }

        public Task<StoredResponse?> FindAsync(string account, string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(string account, string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
