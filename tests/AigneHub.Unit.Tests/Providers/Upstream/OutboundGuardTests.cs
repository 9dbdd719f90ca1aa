using System.Net;
using System.Net.Sockets;
using AigneHub.Core.Routing;
using AigneHub.Providers.Upstream;

namespace AigneHub.Unit.Tests.Providers.Upstream;

/// <summary>Where connections may lead: judged by the addresses that are connected, whatever the name said before.</summary>
public class OutboundGuardTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");
    private static readonly UpstreamOptions Options = new() { ConnectSeconds = 1, UseProxy = false };

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.5")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("fe80::1")]
    public async Task Send_StoredProviderWhoseNameLeadsInside_IsBlocked(string address)
    {
        await using var inside = RawUpstream.Answering(Ok);
        using var client = Client(Options, IPAddress.Parse(address));

        var result = await SendAsync(client, Stored($"http://vendor.example:{inside.Port}"));

        Assert.Equal(UpstreamFailureKind.BlockedAddress, result.Failure!.Kind);
        Assert.Equal("", inside.Request);
    }

    [Fact]
    public async Task Send_OneOfTheAddressesInside_IsBlocked()
    {
        using var client = Client(Options, Public, IPAddress.Loopback);

        var result = await SendAsync(client, Stored("https://vendor.example"));

        Assert.Equal(UpstreamFailureKind.BlockedAddress, result.Failure!.Kind);
    }

    /// <summary>The name is looked up once a connection, and what was looked at is what is connected.</summary>
    [Fact]
    public async Task Send_NameThatIsRebound_IsBlockedWhenItTurns()
    {
        await using var inside = RawUpstream.Answering(Ok);
        var answers = new Queue<IPAddress>([IPAddress.Loopback, IPAddress.Parse("169.254.169.254")]);
        using var client = new UpstreamClient(
            new UpstreamOptions { ConnectSeconds = 1, UseProxy = false, PrivateNetworks = true }, TimeProvider.System, null,
            static _ => { }, (_, _) => Task.FromResult<IPAddress[]>([answers.Dequeue()]));
        var provider = Stored($"http://vendor.example:{inside.Port}");

        var first = await SendAsync(client, provider);
        first.Response?.Dispose();
        var second = await SendAsync(client, provider);

        Assert.True(first.Answered);
        Assert.Equal(UpstreamFailureKind.BlockedAddress, second.Failure!.Kind);
        Assert.Empty(answers);
    }

    [Fact]
    public async Task Send_PlainHttpToAPublicAddress_IsBlockedWherePrivateNetworksAreAllowed()
    {
        using var client = Client(new UpstreamOptions { ConnectSeconds = 1, UseProxy = false, PrivateNetworks = true }, Public);

        var result = await SendAsync(client, Stored("http://vendor.example:8080"));

        Assert.Equal(UpstreamFailureKind.BlockedAddress, result.Failure!.Kind);
    }

    [Fact]
    public async Task Send_ProviderOfTheSettings_MayBeInsideButNeverLinkLocal()
    {
        await using var inside = RawUpstream.Answering(Ok);
        using var loopback = Client(Options, IPAddress.Loopback);
        using var metadata = Client(Options, IPAddress.Parse("169.254.169.254"));
        var provider = TestProvider.Of("ollama", new Uri($"http://vendor.example:{inside.Port}/v1"));

        var allowed = await SendAsync(loopback, provider);
        var blocked = await SendAsync(metadata, provider);

        using var response = allowed.Response!;
        Assert.Equal(200, response.Status);
        Assert.Equal(UpstreamFailureKind.BlockedAddress, blocked.Failure!.Kind);
    }

    /// <summary>A connection that a provider of the settings has opened is not there for a stored one.</summary>
    [Fact]
    public async Task Send_PooledConnectionOfTheSettings_IsNotUsedByAStoredProvider()
    {
        await using var inside = new RawUpstream(async (socket, _, stop) =>
        {
            var answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray();
            await socket.SendAsync(answer, stop);
            var buffer = new byte[4096];
            if (await socket.ReceiveAsync(buffer, stop) > 0)
            {
                await socket.SendAsync(answer, stop);
            }
        });
        using var client = Client(Options, IPAddress.Loopback);
        var url = $"http://vendor.example:{inside.Port}";
        using (var first = (await SendAsync(client, TestProvider.Of("ollama", new Uri($"{url}/v1")))).Response!)
        {
            using var content = await first.Body.ReadAllAsync(100, CancellationToken.None);
        }

        var second = await SendAsync(client, Stored(url));

        Assert.Equal(UpstreamFailureKind.BlockedAddress, second.Failure!.Kind);
    }

    [Fact]
    public async Task Send_Redirect_IsNotFollowed()
    {
        await using var elsewhere = RawUpstream.Answering(Ok);
        await using var vendor = RawUpstream.Answering(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{elsewhere.Port}/v1\r\nContent-Length: 0\r\n\r\n");
        using var client = Client(Options, IPAddress.Loopback);

        var result = await SendAsync(client, vendor.Provider());

        Assert.Equal((UpstreamFailureKind.BlockedRedirect, 307), (result.Failure!.Kind, result.Failure.Status));
        Assert.Equal("", elsewhere.Request);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    public async Task Send_StoredProviderThroughAProxy_IsResolvedAndJudgedHere(string address)
    {
        await using var proxy = RawUpstream.Answering(Ok);
        using var client = Proxied(proxy, IPAddress.Parse(address));

        var named = await SendAsync(client, Stored("http://vendor.example"));
        var tunnelled = await SendAsync(client, Stored("https://vendor.example"));
        var literal = await SendAsync(client, TestProvider.Of("env", new Uri("http://169.254.169.254/v1")));

        Assert.All([named, tunnelled, literal], result => Assert.Equal(UpstreamFailureKind.BlockedAddress, result.Failure!.Kind));
        Assert.Equal("", proxy.Request);
    }

    [Fact]
    public async Task Send_ThroughAProxy_ReachesIt()
    {
        await using var proxy = RawUpstream.Answering(Ok);
        using var client = Proxied(proxy, Public);

        var result = await SendAsync(client, TestProvider.Of("env", new Uri("http://vendor.example/v1")));

        using var response = result.Response!;
        Assert.StartsWith("POST http://vendor.example/v1/chat/completions", proxy.Request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_UnknownHostThroughAProxy_IsAFailureOfTheName()
    {
        await using var proxy = RawUpstream.Answering(Ok);
        using var client = Proxied(proxy, []);

        var result = await SendAsync(client, Stored("https://vendor.example"));

        Assert.Equal(UpstreamFailureKind.NameResolution, result.Failure!.Kind);
    }

    private static ProviderEntry Stored(string url) => TestProvider.Of("stored", new Uri($"{url}/v1"), "sk-test") with { IsStored = true };

    private static UpstreamClient Client(UpstreamOptions options, params IPAddress[] addresses) =>
        new(options, TimeProvider.System, null, static _ => { }, (_, _) => Task.FromResult(addresses));

    /// <param name="addresses">Of the vendor; none: it is not known.</param>
    private static UpstreamClient Proxied(RawUpstream proxy, params IPAddress[] addresses) => new(
        new UpstreamOptions { ConnectSeconds = 1, UseProxy = true }, TimeProvider.System, null,
        handler => handler.Proxy = new WebProxy(new Uri($"http://127.0.0.1:{proxy.Port}")),
        (host, _) => addresses.Length > 0
            ? Task.FromResult(addresses)
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));

    private static Task<UpstreamResult> SendAsync(UpstreamClient client, ProviderEntry provider) =>
        client.SendAsync(TestProvider.Request(provider, stream: false, ["{}"u8.ToArray()]), CancellationToken.None);
}
