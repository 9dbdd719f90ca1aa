using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;
using AigneHub.Core.Routing;
using AigneHub.Providers.Authentication;
using AigneHub.Providers.Bedrock;
using AigneHub.Providers.Simulation;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// Sends calls to vendors. Redirects are not followed, cookies not kept, bodies not decompressed. Faults of the network
/// and of the vendor are results, never exceptions. Thread-safe; one instance for the process.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    private static readonly ProductInfoHeaderValue UserAgent = new("AigneHub", ProductVersion());
    private static readonly MediaTypeWithQualityHeaderValue AcceptJson = new("application/json");
    private static readonly MediaTypeWithQualityHeaderValue AcceptAnything = new("*/*");
    private static readonly MediaTypeWithQualityHeaderValue AcceptStream = new("text/event-stream");
    private static readonly MediaTypeWithQualityHeaderValue AcceptFrames = new(BedrockStream.ContentType);
    private static readonly StringWithQualityHeaderValue Identity = new("identity");

    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _network;
    private readonly VendorAuthentication _authentication;
    private readonly HttpMessageInvoker? _simulation;

    /// <param name="simulation">The simulated provider, where it is switched on; it is not disposed here.</param>
    public UpstreamClient(UpstreamOptions options, TimeProvider time, SimulatedProvider? simulation = null)
        : this(options, time, simulation, static _ => { })
    {
    }

    internal UpstreamClient(
        UpstreamOptions options,
        TimeProvider time,
        SimulatedProvider? simulation,
        Action<SocketsHttpHandler> adjust,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        VendorAuthentication? authentication = null)
    {
        _options = options;
        _time = time;
        _network = new HttpMessageInvoker(new OutboundHandler(
            () =>
            {
                var handler = HandlerOf(options);
                adjust(handler);
                return handler;
            },
            new OutboundGuard(fromSettings: true, privateAllowed: true, resolve),
            new OutboundGuard(fromSettings: false, options.PrivateNetworks, resolve)));
        _authentication = authentication ?? new VendorAuthentication(HandlerOf(options), EntraTokens.Default, time);
        _simulation = simulation is null ? null : new HttpMessageInvoker(simulation, disposeHandler: false);
    }

    /// <summary>
    /// Sends one call and waits for the headers of the answer. When it returns, the request's body is not read any more.
    /// </summary>
    public async Task<UpstreamResult> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(request.Stream || request.TakesAnything ? _options.FirstByteSeconds : _options.AnswerSeconds);
        using var timeout = new CancellationTokenSource(limit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        if (!request.IsOnServer)
        {
            return UpstreamResult.Of(new UpstreamFailure(UpstreamFailureKind.BlockedAddress));
        }

        using var body = new PayloadContent(request.Body);
        using var message = MessageOf(request, body);
        HttpResponseMessage? response = null;
        try
        {
            if (await _authentication.ApplyAsync(message, request, stop.Token) is { } refused)
            {
                return UpstreamResult.Of(refused);
            }

            response = await InvokerOf(request).SendAsync(message, stop.Token);
            if (Refusal(message, response) is { } refusal)
            {
                return UpstreamResult.Of(refusal);
            }

            var answer = await response.Content.ReadAsStreamAsync(stop.Token);
            var answered = new UpstreamResponse(response, answer, request.Binding.Dialect, _options, _time);
            response = null;
            return UpstreamResult.Of(answered);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return UpstreamResult.Of(new UpstreamFailure(KindOf(e, timeout, cancellationToken), Cause: e) { BodyBegun = body.IsBegun });
        }
        finally
        {
            response?.Dispose();
            await body.ReleasedAsync();
        }
    }

    public void Dispose()
    {
        _network.Dispose();
        _authentication.Dispose();
        _simulation?.Dispose();
    }

    /// <summary>One pool of connections, also for the authentication's own calls.</summary>
    internal static SocketsHttpHandler HandlerOf(UpstreamOptions options) => new()
    {
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(options.ConnectSeconds),
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = options.HeadersKibibytesMax,
        PooledConnectionLifetime = TimeSpan.FromSeconds(options.ConnectionSeconds),
        UseCookies = false,
        UseProxy = options.UseProxy ?? EnvironmentNamesProxy(),
    };

    private HttpMessageInvoker InvokerOf(UpstreamRequest request) =>
        request.Binding.BaseUrl.Scheme == SimulatedProvider.Scheme
            ? _simulation ?? throw new InvalidOperationException("The simulated provider is switched off.")
            : _network;

    private static HttpRequestMessage MessageOf(UpstreamRequest request, PayloadContent body)
    {
        var message = new HttpRequestMessage(request.Method, request.Url)
        {
            Content = request.Method == HttpMethod.Post ? body : null,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };

        message.Options.Set(OutboundGuard.FromSettings, !request.Provider.IsStored);
        message.Headers.Accept.Add(
            request.TakesAnything ? AcceptAnything
            : !request.Stream ? AcceptJson
            : request.Binding.Dialect is Dialect.BedrockAnthropic or Dialect.BedrockConverse ? AcceptFrames
            : AcceptStream);
        message.Headers.AcceptEncoding.Add(Identity);
        message.Headers.UserAgent.Add(UserAgent);
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static UpstreamFailure? Refusal(HttpRequestMessage message, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            var location = response.Headers.Location;
            return new UpstreamFailure(UpstreamFailureKind.BlockedRedirect, status)
            {
                Location = location is not { IsAbsoluteUri: false } ? location
                    : Uri.TryCreate(message.RequestUri!, location, out var whole) ? whole : null,
            };
        }

        // It was asked for identity: passing it on would break clients, and usage could not be read from it.
        return response.Content.Headers.ContentEncoding.Any(e => !e.Equals("identity", StringComparison.OrdinalIgnoreCase))
            ? new UpstreamFailure(UpstreamFailureKind.InvalidResponse, status)
            : null;
    }

    private static UpstreamFailureKind KindOf(
        Exception exception, CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return UpstreamFailureKind.Cancelled;
        }

        if (timeout.IsCancellationRequested)
        {
            return UpstreamFailureKind.FirstByteTimeout;
        }

        if (exception is BlockedAddressException || exception.InnerException is BlockedAddressException)
        {
            return UpstreamFailureKind.BlockedAddress;
        }

        // The handler reports its own connect limit as a cancellation around a TimeoutException.
        if (exception is OperationCanceledException || exception.InnerException is TimeoutException)
        {
            return UpstreamFailureKind.ConnectTimeout;
        }

        return (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => UpstreamFailureKind.NameResolution,
            HttpRequestError.SecureConnectionError => UpstreamFailureKind.TlsFailure,
            HttpRequestError.ProxyTunnelError => UpstreamFailureKind.ProxyFailure,
            HttpRequestError.ConnectionError => ConnectKindOf(exception),
            HttpRequestError.InvalidResponse => UpstreamFailureKind.InvalidResponse,
            HttpRequestError.ConfigurationLimitExceeded => UpstreamFailureKind.InvalidResponse,
            _ => UpstreamFailureKind.ConnectionReset,
        };
    }

    private static UpstreamFailureKind ConnectKindOf(Exception exception) =>
        exception.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut }
            ? UpstreamFailureKind.ConnectTimeout
            : UpstreamFailureKind.ConnectionRefused;

    private static bool EnvironmentNamesProxy() =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HTTPS_PROXY"))
        || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("https_proxy"));

    private static string ProductVersion() =>
        typeof(UpstreamClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
