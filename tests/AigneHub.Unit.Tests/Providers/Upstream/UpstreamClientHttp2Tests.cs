using System.Buffers;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Unit.Tests.Providers.Upstream;

/// <summary>Over HTTP/2 an answer may come while the request is still being sent.</summary>
public class UpstreamClientHttp2Tests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int Pieces = 200;

    /// <summary>The body's memory goes back to a pool: bytes read later would be another caller's.</summary>
    [Theory]
    [InlineData("answers while it reads")]
    [InlineData("refuses unread")]
    [InlineData("never answers")]
    public async Task Send_AnswerBeforeTheBodyIsSent_LeavesTheBodyAloneOnceReturned(string vendor)
    {
        using var certificate = TestCertificate.Make();
        using var caller = new CancellationTokenSource();
        await using var server = await StartAsync(certificate, async context =>
        {
            switch (vendor)
            {
                case "answers while it reads":
                    await context.Response.StartAsync();
                    await Task.Delay(100);
                    await context.Request.Body.CopyToAsync(Stream.Null);
                    break;
                case "refuses unread":
                    context.Response.StatusCode = 413;
                    await context.Response.CompleteAsync();
                    break;
                default:
                    await caller.CancelAsync();
                    break;
            }
        });
        using var client = new UpstreamClient(
            new UpstreamOptions { UseProxy = false }, TimeProvider.System, null,
            handler => handler.SslOptions.RemoteCertificateValidationCallback =
                (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString());
        var body = Enumerable.Range(0, Pieces).Select(_ => new WatchedMemory()).ToList();
        var provider = TestProvider.Of("openai", AddressOf(server));
        var request = TestProvider.Request(
            provider, stream: true, [.. body.Select(memory => (ReadOnlyMemory<byte>)memory.Memory)]);

        var result = await client.SendAsync(request, caller.Token).WaitAsync(Patience);
        body.ForEach(memory => memory.TakenBack = true);
        using var response = result.Response;
        await Task.Delay(300);

        Assert.DoesNotContain(body, memory => memory.UsedAfterwards);
        Assert.Equal(vendor == "answers while it reads" ? Pieces : 0, body.Count(memory => memory.Used) / Pieces * Pieces);
        Assert.Equal(
            vendor switch { "answers while it reads" => "200", "refuses unread" => "413", _ => "cancelled" },
            result.Failure?.Code ?? response!.Status.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<WebApplication> StartAsync(X509Certificate2 certificate, RequestDelegate handle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        app.Run(handle);
        await app.StartAsync();
        return app;
    }

    private static Uri AddressOf(WebApplication server) => new(
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>64 KiB that know when they were read.</summary>
    private sealed class WatchedMemory : MemoryManager<byte>
    {
        private const int Length = 64 * 1024;
        private readonly byte[] _bytes = new byte[Length];

        // Without asking for the span, as the base does.
        public override Memory<byte> Memory => CreateMemory(Length);

        public bool TakenBack { get; set; }

        public bool Used { get; private set; }

        public bool UsedAfterwards { get; private set; }

        public override Span<byte> GetSpan()
        {
            Used = true;
            UsedAfterwards |= TakenBack;
            return _bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
