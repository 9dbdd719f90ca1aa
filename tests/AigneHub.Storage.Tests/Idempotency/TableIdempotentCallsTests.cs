using System.Security.Cryptography;
using AigneHub.Core.Idempotency;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Idempotency;

[Collection(StorageCollections.Stores)]
public sealed class TableIdempotentCallsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan RunsMax = TimeSpan.FromMinutes(30);
    private ServiceProvider _hub = null!;

    private IIdempotentCalls Calls => _hub.GetRequiredService<IIdempotentCalls>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    private static IdempotentCall Call(string request = "r1", TimeSpan later = default, string key = "k", string name = "order #1/ü?") =>
        new(key, name, "f", request, Start + later, Start + later + RunsMax);

    [Fact]
    public async Task Begin_ByManyAtOnce_IsOnesAlone()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Calls.BeginAsync(Call($"r{i}"), default)));

        var winner = Assert.Single(found.Index(), f => f.Item is null).Index;
        Assert.All(found.Where(f => f is not null), f => Assert.Equal(Call($"r{winner}"), f));
        Assert.Null(await Calls.BeginAsync(Call(key: "k2"), default));
        Assert.Null(await Calls.BeginAsync(Call(name: "order #2"), default));
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(100_000, false)]
    [InlineData(2_600_000, false)]
    [InlineData(3_000_000, true)]
    public async Task Complete_Answer_IsFoundAgainUnlessItIsTooLarge(int bytes, bool tooLarge)
    {
        var answer = RandomNumberGenerator.GetBytes(bytes);
        await Calls.BeginAsync(Call(), default);
        await Calls.CompleteAsync(Call() with { IsDone = true, Answer = answer, ContentType = "text/vtt" }, default);

        var found = (await Calls.BeginAsync(Call("r2"), default))!;

        Assert.Equal("r1", found.RequestId);
        Assert.True(found.IsDone);
        Assert.Equal("text/vtt", found.ContentType);
        Assert.Equal(tooLarge ? null : answer, found.Answer?.ToArray());
    }

    [Fact]
    public async Task Begin_AfterTheNamesTime_OrItsInstancesDeath_IsAnotherCall()
    {
        await Calls.BeginAsync(Call(), default);
        Assert.NotNull(await Calls.BeginAsync(Call("r2", RunsMax - TimeSpan.FromSeconds(1)), default));
        Assert.Null(await Calls.BeginAsync(Call("r2", RunsMax), default));

        var second = Call("r2", RunsMax);
        await Calls.CompleteAsync(second with { IsDone = true, Answer = RandomNumberGenerator.GetBytes(2_000_000) }, default);
        var dayLater = RunsMax + IdempotentCall.Age;
        Assert.NotNull(await Calls.BeginAsync(Call("r3", dayLater - TimeSpan.FromSeconds(1)), default));
        Assert.Null(await Calls.BeginAsync(Call("r3", dayLater), default));

        // Of the longer answer before it nothing is left.
        await Calls.CompleteAsync(Call("r3", dayLater) with { IsDone = true, Answer = "{}"u8.ToArray() }, default);
        Assert.Equal("{}"u8.ToArray(), (await Calls.BeginAsync(Call("r4", dayLater), default))!.Answer!.Value.ToArray());
    }

    [Fact]
    public async Task Abandon_FreesTheName()
    {
        await Calls.BeginAsync(Call(), default);
        await Calls.AbandonAsync(Call(), default);
        await Calls.AbandonAsync(Call(), default);
        Assert.Null(await Calls.BeginAsync(Call("r2"), default));
    }

    /// <summary>Its answer was lost, and the client of the table tried again.</summary>
    [Fact]
    public async Task Begin_OfTheCallThatHasTheName_MayBegin()
    {
        await Calls.BeginAsync(Call(), default);
        Assert.Null(await Calls.BeginAsync(Call(), default));
    }

    [Fact]
    public async Task CompleteAndAbandon_OfACallWhoseNameIsAnothers_DoNothing()
    {
        await Calls.BeginAsync(Call(), default);
        Assert.Null(await Calls.BeginAsync(Call("r2", RunsMax), default));

        await Calls.AbandonAsync(Call(), default);
        await Calls.CompleteAsync(Call() with { IsDone = true, Answer = "{}"u8.ToArray() }, default);

        var found = (await Calls.BeginAsync(Call("r3", RunsMax), default))!;
        Assert.Equal(("r2", false), (found.RequestId, found.IsDone));
    }

    [Fact]
    public async Task DeleteOld_LeavesWhatIsYoung()
    {
        await Calls.BeginAsync(Call(), default);
        await Calls.CompleteAsync(Call() with { IsDone = true, Answer = "{}"u8.ToArray() }, default);
        Assert.Equal(0, await Calls.DeleteOldAsync(DateTimeOffset.UtcNow, default));
        Assert.Equal(2, await Calls.DeleteOldAsync(DateTimeOffset.UtcNow + IdempotentCall.Age + TimeSpan.FromMinutes(5), default));
        Assert.Null(await Calls.BeginAsync(Call("r2"), default));
    }
}
