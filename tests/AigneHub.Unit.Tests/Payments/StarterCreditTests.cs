using AigneHub.Core.Payments;
using static AigneHub.Unit.Tests.Payments.PaymentWorld;

namespace AigneHub.Unit.Tests.Payments;

public sealed class StarterCreditTests : IDisposable
{
    private readonly PaymentWorld _world = new();

    /// <summary>Two instances that see a new account at once: AIGNE's lock was of one process.</summary>
    [Fact]
    public async Task Grant_ByManyAtOnce_IsBookedOnce()
    {
        _world.Ledger.BeforeWrite = async _ => await Task.Yield();
        var results = await _world.RunAsync(Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            _world.Time.Advance(TimeSpan.FromSeconds(i));
            return await New(5 * Credit, 30).GrantAsync(Account, default);
        }))));
        Assert.Single(results, StarterResult.Granted);
        Assert.All(results, r => Assert.True(r is StarterResult.Granted or StarterResult.GrantedBefore, $"{r}"));
        var state = await _world.StateAsync();
        Assert.Equal((5 * Credit, 1, Start.AddDays(30)), (state.Granted, state.MoneySeq, state.Grants.Single().Expires));
        Assert.Empty(_world.Log.All);
    }

    [Fact]
    public async Task Grant_AfterTheSettingChanged_IsNotRepeated()
    {
        Assert.Equal(StarterResult.Granted, await New(5 * Credit, 0).GrantAsync(Account, default));
        Assert.Equal(StarterResult.GrantedBefore, await New(9 * Credit, 10).GrantAsync(Account, default));
        Assert.Equal(5 * Credit, (await _world.StateAsync()).Granted);
        Assert.Empty(_world.Log.All);
    }

    [Fact]
    public async Task Grant_NothingSetOrNobodyThereOrTooLate_GivesNone()
    {
        Assert.Equal(StarterResult.None, await New(0, 0).GrantAsync(Account, default));
        Assert.Equal(StarterResult.None, await New(5 * Credit, 0).GrantAsync("nobody", default));
        _world.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(StarterResult.None, await New(5 * Credit, 30).GrantAsync(Account, default));
        Assert.Equal(0, (await _world.StateAsync()).Granted);
    }

    private StarterCredits New(long amount, int days) => new(new StarterTerms(amount, days), _world.Store, _world.Sync, _world.Ledger);

    public void Dispose() => _world.Dispose();
}
