using System.Net;
using System.Net.Mime;
using System.Net.Sockets;
using System.Reflection;
using AigneHub.Core.Routing;
using AigneHub.Providers.Authentication;
using AigneHub.Providers.Bedrock;
using AigneHub.Providers.Simulation;
using AigneHub.Wire.Sse;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// Sends calls to vendors. Redirects are not followed, cookies not kept, bodies not decompressed. Faults of the network
/// and of the vendor are results, never exceptions. Thread-safe; one instance for the process.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    private const string Identity = "identity";
    private static readonly string UserAgent = $"AigneHub/{ProductVersion()}";

    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _ofSettings;
    private readonly HttpMessageInvoker _stored;
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
        _ofSettings = InvokerBehind(new OutboundGuard(fromSettings: true, privateAllowed: true, resolve));
        _stored = InvokerBehind(new OutboundGuard(fromSettings: false, options.PrivateNetworks, resolve));
        _authentication = authentication ?? new VendorAuthentication(HandlerOf(options), EntraTokens.Default, time);
        _simulation = simulation is null ? null : new HttpMessageInvoker(simulation, disposeHandler: false);

        HttpMessageInvoker InvokerBehind(OutboundGuard guard)
        {
            var handler = HandlerOf(options);
            adjust(handler);
            return new HttpMessageInvoker(new OutboundHandler(handler, guard));
        }
    }

    /// <summary>
    /// Sends one call and waits for the headers of the answer. When it returns, the request's body is not read any more.
    /// </summary>
    public async Task<UpstreamResult> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsOnServer)
        {
            return UpstreamResult.Of(new UpstreamFailure(UpstreamFailureKind.BlockedAddress));
        }

        var seconds = request.Stream || request.TakesAnything ? _options.FirstByteSeconds : _options.AnswerSeconds;
        // The answer reads on with it, and disposes it.
        CancellationTokenSource? stop = new(TimeSpan.FromSeconds(seconds), _time);
        using var caller = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stop);
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
            var answered = new UpstreamResponse(response, answer, stop, request.Binding.Dialect, _options, _time);
            (response, stop) = (null, null);
            return UpstreamResult.Of(answered);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            var kind = KindOf(e, stop!, cancellationToken);
            return UpstreamResult.Of(new UpstreamFailure(kind, Cause: e) { BodyBegun = body.IsBegun });
        }
        finally
        {
            response?.Dispose();
            await body.ReleasedAsync();
            stop?.Dispose();
        }
    }

    public void Dispose()
    {
        _ofSettings.Dispose();
        _stored.Dispose();
        _authentication.Dispose();
        _simulation?.Dispose();
    }

    /// <summary>One pool of connections, also for the authentication's own calls.</summary>
    internal static SocketsHttpHandler HandlerOf(UpstreamOptions options) => new()
    {
        // Attempts have spans of the hub's own, and vendors see a trace only where the settings say so.
        ActivityHeadersPropagator = null,
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
        : request.Provider.IsStored ? _stored
        : _ofSettings;

    private static HttpRequestMessage MessageOf(UpstreamRequest request, PayloadContent body)
    {
        var message = new HttpRequestMessage(request.Method, request.Url)
        {
            Content = request.Method == HttpMethod.Post ? body : null,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };

        message.Headers.TryAddWithoutValidation(
            "Accept",
            request.TakesAnything ? "*/*"
            : !request.Stream ? MediaTypeNames.Application.Json
            : request.Binding.Dialect is Dialect.BedrockAnthropic or Dialect.BedrockConverse ? BedrockStream.ContentType
            : SseText.ContentType);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", Identity);
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
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
        return response.Content.Headers.NonValidated.Contains("Content-Encoding")
            && response.Content.Headers.ContentEncoding.Any(e => !e.Equals(Identity, StringComparison.OrdinalIgnoreCase))
            ? new UpstreamFailure(UpstreamFailureKind.InvalidResponse, status)
            : null;
    }

    private static UpstreamFailureKind KindOf(
        Exception exception, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return UpstreamFailureKind.Cancelled;
        }

        if (stop.IsCancellationRequested)
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
