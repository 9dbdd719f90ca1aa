using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Providers.Upstream;

public class UpstreamClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly UpstreamOptions Options = new() { ConnectSeconds = 1, UseProxy = false, HeadersKibibytesMax = 4 };

    [Fact]
    public async Task Send_Request_IsTheBodyInPiecesWithItsExactLength()
    {
        await using var upstream = RawUpstream.Answering(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nX-Request-Id: r-1\r\nContent-Length: 2\r\n\r\n{}");
        using var client = new UpstreamClient(Options, TimeProvider.System);

        var result = await SendAsync(client, upstream.Provider(), stream: false, "{\"a\":", "", "1}");

        using var response = result.Response!;
        Assert.Equal(
            (200, "application/json", "2", "r-1"),
            (response.Status, response.MediaType, response.Header("content-length"), response.Header("x-request-id")));
        Assert.Null(response.Header("x-other"));
        using var content = await response.Body.ReadAllAsync(100, CancellationToken.None);
        Assert.Equal("{}", Encoding.UTF8.GetString(content.Bytes.Span));
        var request = upstream.Request.Split("\r\n");
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", request[0]);
        Assert.Equal("{\"a\":1}", request[^1]);
        Assert.Contains("Authorization: Bearer sk-test", request);
        Assert.Contains("Accept: application/json", request);
        Assert.Contains("Accept-Encoding: identity", request);
        Assert.Contains("Content-Type: application/json", request);
        Assert.Contains("Content-Length: 7", request);
        Assert.Matches("^User-Agent: AigneHub/[0-9.]+$", Assert.Single(request, line => line.StartsWith("User-Agent", StringComparison.Ordinal)));
        Assert.DoesNotContain(request, line => line.StartsWith("traceparent", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Send_StreamWithoutKey_AcceptsEventsAndSendsNoAuthorization()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        using var client = new UpstreamClient(Options, TimeProvider.System);

        using var response = (await SendAsync(client, upstream.Provider() with { Credentials = [new CredentialEntry("none", CredentialKind.None, "")] }, stream: true)).Response!;

        Assert.Contains("Accept: text/event-stream\r\n", upstream.Request, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", upstream.Request, StringComparison.Ordinal);
        Assert.True((await response.Body.ReadAsync(new byte[1], CancellationToken.None)).Ended);
    }

    [Theory]
    [InlineData("HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", UpstreamFailureKind.BlockedRedirect, 307)]
    [InlineData("HTTP/1.1 302 Moved\r\nLocation: //[\r\nContent-Length: 0\r\n\r\n", UpstreamFailureKind.BlockedRedirect, 302)]
    [InlineData("HTTP/1.1 302 Moved\r\nLocation: //x:y/\r\nContent-Length: 0\r\n\r\n", UpstreamFailureKind.BlockedRedirect, 302)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", UpstreamFailureKind.InvalidResponse, 200)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", UpstreamFailureKind.InvalidResponse, 0)]
    [InlineData("", UpstreamFailureKind.ConnectionReset, 0)]
    [InlineData("HTTP/1.1 200", UpstreamFailureKind.ConnectionReset, 0)]
    public async Task Send_WrongAnswer_IsAFailure(string answer, UpstreamFailureKind kind, int status)
    {
        await using var upstream = RawUpstream.Answering(answer);
        using var client = new UpstreamClient(Options, TimeProvider.System);

        var result = await SendAsync(client, upstream.Provider());

        Assert.False(result.Answered);
        Assert.Equal((kind, status), (result.Failure.Kind, result.Failure.Status));
    }

    [Fact]
    public async Task Send_HeadersWithoutEnd_AreInvalid()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nX: " + new string('x', 5000) + "\r\n\r\n");
        using var client = new UpstreamClient(Options, TimeProvider.System);

        Assert.Equal(UpstreamFailureKind.InvalidResponse, (await SendAsync(client, upstream.Provider())).Failure!.Kind);
    }

    [Fact]
    public async Task Send_ResetBeforeTheAnswer_IsConnectionReset()
    {
        await using var upstream = new RawUpstream((socket, _, _) =>
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
            return Task.CompletedTask;
        });
        using var client = new UpstreamClient(Options, TimeProvider.System);

        Assert.Equal(UpstreamFailureKind.ConnectionReset, (await SendAsync(client, upstream.Provider())).Failure!.Kind);
    }

    [Fact]
    public async Task Send_NobodyListens_IsConnectionRefused()
    {
        var upstream = RawUpstream.Answering("");
        var provider = upstream.Provider();
        await upstream.DisposeAsync();
        using var client = new UpstreamClient(Options, TimeProvider.System);

        Assert.Equal(UpstreamFailureKind.ConnectionRefused, (await SendAsync(client, provider)).Failure!.Kind);
    }

    [Fact]
    public async Task Send_NameThatCannotExist_IsNameResolution()
    {
        var provider = TestProvider.Of("openai", new Uri("http://vendor.invalid/v1"));
        using var client = new UpstreamClient(new UpstreamOptions { UseProxy = false }, TimeProvider.System);

        Assert.Equal(UpstreamFailureKind.NameResolution, (await SendAsync(client, provider)).Failure!.Kind);
    }

    [Fact]
    public async Task Send_CertificateNobodyTrusts_IsTlsFailure()
    {
        using var certificate = TestCertificate.Make();
        await using var upstream = new RawUpstream(
            async (socket, _, cancellationToken) =>
            {
                await using var tls = new SslStream(new NetworkStream(socket));
                try
                {
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
                }
                catch (AuthenticationException)
                {
                    // The client must refuse.
                }
            },
            readsRequest: false);
        using var client = new UpstreamClient(new UpstreamOptions { UseProxy = false }, TimeProvider.System);

        Assert.Equal(UpstreamFailureKind.TlsFailure, (await SendAsync(client, upstream.Provider("https"))).Failure!.Kind);
    }

    [Fact]
    public async Task Send_HandshakeNeverAnswered_IsConnectTimeout()
    {
        await using var upstream = new RawUpstream((_, _, stop) => Task.Delay(Timeout.Infinite, stop), readsRequest: false);
        using var client = new UpstreamClient(Options, TimeProvider.System);

        Assert.Equal(UpstreamFailureKind.ConnectTimeout, (await SendAsync(client, upstream.Provider("https"))).Failure!.Kind);
    }

    [Theory]
    [InlineData(true, 120)]
    [InlineData(false, 220)]
    public async Task Send_NoHeadersInTime_IsFirstByteTimeout(bool stream, int seconds)
    {
        var asked = new TaskCompletionSource();
        await using var upstream = new RawUpstream((_, _, stop) =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, stop);
        });
        var time = new FakeTimeProvider();
        using var client = new UpstreamClient(Options, time);
        var sending = SendAsync(client, upstream.Provider(), stream);
        await asked.Task.WaitAsync(Patience);

        time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(UpstreamFailureKind.FirstByteTimeout, (await sending.WaitAsync(Patience)).Failure!.Kind);
    }

    [Fact]
    public async Task Send_CallerGivesUpBeforeThereIsAConnection_HasSentNothing()
    {
        using var client = new UpstreamClient(Options, TimeProvider.System);
        var provider = TestProvider.Of("x", new Uri("http://127.0.0.1:9/v1"));

        var failure = (await client.SendAsync(Request(provider, false, "{}"), new CancellationToken(canceled: true))).Failure!;

        Assert.Equal((UpstreamFailureKind.Cancelled, false), (failure.Kind, failure.BodyBegun));
    }

    [Fact]
    public async Task Send_CallerGivesUp_IsCancelledAndTheVendorSeesItGo()
    {
        var asked = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        await using var upstream = new RawUpstream(async (socket, _, stop) =>
        {
            asked.SetResult();
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], stop));
            gone.SetResult();
        });
        using var client = new UpstreamClient(Options, TimeProvider.System);
        using var caller = new CancellationTokenSource();
        var sending = client.SendAsync(Request(upstream.Provider(), false, "{}"), caller.Token);
        await asked.Task.WaitAsync(Patience);

        await caller.CancelAsync();

        var failure = (await sending.WaitAsync(Patience)).Failure!;
        Assert.Equal((UpstreamFailureKind.Cancelled, true), (failure.Kind, failure.BodyBegun));
        await gone.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData("Retry-After: 7\r\n", 7000)]
    [InlineData("retry-after-ms: 1500\r\nRetry-After: 7\r\n", 1500)]
    [InlineData("Retry-After: Mon, 23 Nov 2026 06:00:05 GMT\r\n", 5000)]
    [InlineData("Retry-After: Mon, 23 Nov 2026 05:00:00 GMT\r\n", 0)]
    [InlineData("Retry-After: soon\r\n", null)]
    [InlineData("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 1m2.5s\r\nx-ratelimit-remaining-tokens: 9\r\nx-ratelimit-reset-tokens: 6m0s\r\n", 62500)]
    [InlineData("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 12ms\r\nx-ratelimit-remaining-tokens: 0\r\nx-ratelimit-reset-tokens: 60\r\n", 60000)]
    [InlineData("anthropic-ratelimit-requests-remaining: 0\r\nanthropic-ratelimit-requests-reset: 2026-11-23T06:00:09Z\r\n", 9000)]
    [InlineData("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 99999999h\r\n", 86400000)]
    [InlineData("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 1.2.3s\r\n", null)]
    [InlineData("x-ratelimit-remaining-requests: 1\r\nx-ratelimit-reset-requests: 9s\r\n", null)]
    [InlineData("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 9s\r\nRetry-After: 2\r\n", 2000)]
    [InlineData("Retry-After: 999999\r\n", 86_400_000)]
    [InlineData("retry-after-ms: 2000000000\r\n", 86_400_000)]
    [InlineData("", null)]
    public async Task RetryAfter_HeaderForms_AreRead(string header, int? milliseconds)
    {
        await using var upstream = RawUpstream.Answering($"HTTP/1.1 429 Slow\r\n{header}Content-Length: 0\r\n\r\n");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero));
        using var client = new UpstreamClient(Options, time);

        using var response = (await SendAsync(client, upstream.Provider())).Response!;

        Assert.Equal(429, response.Status);
        Assert.Equal(milliseconds, response.RetryAfter?.TotalMilliseconds);
    }

    [Fact]
    public void CodeOf_EveryKind_IsSnakeCase() =>
        Assert.All(Enum.GetValues<UpstreamFailureKind>(), kind => Assert.Matches("^[a-z_]+$", UpstreamFailure.CodeOf(kind)));

    private static Task<UpstreamResult> SendAsync(
        UpstreamClient client, ProviderEntry provider, bool stream = false, params string[] body) =>
        client.SendAsync(Request(provider, stream, body), CancellationToken.None).WaitAsync(Patience);

    private static UpstreamRequest Request(ProviderEntry provider, bool stream, params string[] body) => TestProvider.Request(
        provider, stream, [.. body.Select(piece => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(piece)))]);
}
