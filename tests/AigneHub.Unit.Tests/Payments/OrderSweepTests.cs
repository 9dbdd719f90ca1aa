using System.Reflection;
using AigneHub.Core.Payments;

namespace AigneHub.Unit.Tests.Payments;

public sealed class OrderSweepTests : IDisposable
{
    private readonly PaymentWorld _world = new();

    /// <summary>More orders than an outage is told by, which come first by their age.</summary>
    [Fact]
    public async Task Run_OrdersThatAreAlwaysRefused_DontKeepOthersAway()
    {
        var refused = new List<Order>();
        for (var i = 0; i < 8; i++)
        {
            refused.Add(await _world.OrderAsync());
        }

        var (order, _) = await _world.BuyAsync();
        var provider = Refusing.Of(_world.Provider, refused);
        var writer = new OrderWriter(_world.Store);
        var reconciler = new PaymentReconciler(
            provider, _world.Store, writer, _world.Store, _world.Sync, _world.Ledger, _world.Plans, new TopUpStop(_world.Payers, _world.Log),
            new PaymentIncidents(_world.Store, _world.Log, _world.Time));
        var sweep = new OrderSweep(provider, reconciler, _world.Store, writer, _world.Plans, _world.TopUps, _world.Time);
        _world.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((9, 8), await sweep.RunAsync(default));
        Assert.Equal(OrderStatus.Paid, _world.Stored(order).Status);
        Assert.All(_world.Store.Due.Values, due => Assert.True(due > _world.Time.GetUtcNow()));
    }

    public void Dispose() => _world.Dispose();

    /// <summary>The provider, which refuses some checkouts.</summary>
    public class Refusing : DispatchProxy
    {
        private IPaymentProvider _inner = null!;
        private HashSet<string> _checkouts = [];

        internal static IPaymentProvider Of(IPaymentProvider inner, IEnumerable<Order> refused)
        {
            var proxy = Create<IPaymentProvider, Refusing>();
            ((Refusing)(object)proxy)._inner = inner;
            ((Refusing)(object)proxy)._checkouts = [.. refused.Select(order => order.Checkout!)];
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IPaymentProvider.FindCheckoutAsync) && _checkouts.Contains((string)args![0]!)
                ? throw new PaymentProviderRefusedException("No.", isCustomerMissing: false)
                : targetMethod.Invoke(_inner, args);
    }
}
