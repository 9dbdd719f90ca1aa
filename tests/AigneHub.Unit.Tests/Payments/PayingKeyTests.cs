using AigneHub.Core;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Payments;
using AigneHub.Unit.Tests.Management;
using Microsoft.Extensions.Logging.Abstractions;

namespace AigneHub.Unit.Tests.Payments;

public sealed class PayingKeyTests : IDisposable
{
    private const string Order = """{"pack":"small","currency":"usd"}""";
    private const string Setting = """{"pack":"small","currency":"usd","below":"5","maxPerMonth":99999}""";
    private readonly PaymentWorld _world = new();
    private readonly ManagementBench _bench = new(HubMode.Provider);
    private readonly CheckoutEndpoints _checkout;
    private readonly TopUpEndpoints _topUp;

    public PayingKeyTests()
    {
        var gate = new PaymentGate(HubMode.Provider, IsOn: true, HasProvider: true);
        _checkout = new CheckoutEndpoints(
            _bench.Handler, gate, _world.Products, _world.Store, _world.Checkout, _world.Payers, _world.Provider);
        _topUp = new TopUpEndpoints(_bench.Handler, gate, _world.Store, _world.Time, _world.TopUpSettings);
        _bench.Stored.Put(Core.Accounts.OwnerKind.Account, PaymentWorld.Account);
    }

    public void Dispose()
    {
        _bench.Dispose();
        _world.Dispose();
    }

    /// <summary>A key for one cheap model that leaks must not open the account's purse.</summary>
    [Fact]
    public async Task MemberKey_ThatMayNotPay_IsRefusedAndReads()
    {
        var key = (await CreateAsync("""{"name":"n","account":"acme","models":["sim/*"]}"""))["key"];
        foreach (var reply in new[]
        {
            await _bench.SendAsync(request => _checkout.CheckoutAsync(request, default), Order, key: key),
            await _bench.SendAsync(request => _checkout.PortalAsync(request, default), key: key),
            await _bench.SendAsync(request => _topUp.SetAsync(request, default), Setting, key: key),
            await _bench.SendAsync(request => _topUp.DeleteAsync(request, default), key: key),
        })
        {
            Assert.Equal((403, "forbidden"), (reply.Status, reply["code"]));
        }

        Assert.Equal((0, 0), (_world.Store.Orders.Count, _world.Stripe.All("customer").Count));
        Assert.Equal(200, (await _bench.SendAsync(request => _checkout.OffersAsync(request, default), key: key)).Status);
        Assert.Equal(200, (await _bench.SendAsync(request => _checkout.OrdersAsync(request, default), key: key)).Status);
        var topUp = await _bench.SendAsync(request => _topUp.GetAsync(request, default), key: key);
        Assert.Equal((404, "top_up_not_found"), (topUp.Status, topUp["code"]));
    }

    [Fact]
    public async Task MemberKey_ThatMayPay_OrdersUntilItMayNot()
    {
        var made = await CreateAsync("""{"name":"n","account":"acme","mayPay":true}""");
        Assert.Equal((201, "true"), (made.Status, made["mayPay"]));
        Assert.Equal(201, (await OrderAsync(made["key"])).Status);
        Assert.Equal(201, (await _bench.SendAsync(request => _checkout.PortalAsync(request, default), key: made["key"])).Status);

        var read = await _bench.SendAsync(request => _bench.Keys.GetAsync(request, made["id"], default));
        var patched = await PatchAsync(made["id"], """{"name":"m"}""", read.ETag);
        Assert.Equal("true", patched["mayPay"]);
        patched = await PatchAsync(made["id"], """{"mayPay":false}""", patched.ETag);
        Assert.Equal((200, "false"), (patched.Status, patched["mayPay"]));
        Assert.Equal(403, (await OrderAsync(made["key"])).Status);
    }

    [Fact]
    public async Task AdministratorsKey_MayAlwaysPay()
    {
        var key = _bench.AddKey("key_other", AigneHub.Core.Access.Role.Administrator, "acme");
        Assert.Equal(201, (await OrderAsync(key)).Status);
    }

    /// <summary>Whoever sends no signature fills no memory.</summary>
    [Fact]
    public async Task Webhook_WithoutSignature_IsRefusedBeforeItsBodyIsRead()
    {
        var gate = new PaymentGate(HubMode.Provider, IsOn: true, HasProvider: true);
        var webhook = new WebhookEndpoint(
            _bench.Handler, gate, NullLogger<WebhookEndpoint>.Instance, _world.Webhooks, _world.Reconciler);
        var reply = await _bench.SendAsync(
            request =>
            {
                request.Body = Stream.Null;
                request.ContentLength = long.MaxValue;
                return webhook.RunAsync(request, default);
            });
        Assert.Equal((400, "invalid_signature"), (reply.Status, reply["code"]));
    }

    private Task<Reply> OrderAsync(string key) =>
        _bench.SendAsync(request => _checkout.CheckoutAsync(request, default), Order, key: key);

    private Task<Reply> CreateAsync(string body) => _bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), body);

    private Task<Reply> PatchAsync(string id, string body, string etag) =>
        _bench.SendAsync(request => _bench.Keys.UpdateAsync(request, id, default), body, etag);
}
