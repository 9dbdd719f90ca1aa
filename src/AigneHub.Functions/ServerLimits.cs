using AigneHub.Gateway;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Functions;

/// <summary>Kestrel's limits, the same in both runtimes; on Azure it is the worker's, which the Functions host calls.</summary>
internal static class ServerLimits
{
    /// <summary>
    /// What the Functions host lets through (<c>FUNCTIONS_REQUEST_BODY_SIZE_LIMIT</c>); Kestrel's own default is below the
    /// gateway's limit. The gateway's smaller limits apply first and answer in the format of the API called.
    /// </summary>
    private const long BodyBytesMax = 104_857_600;

    /// <summary>Bytes of all headers, lines' ends included; more get 431. A token of Entra ID with many groups has some 10 KiB.</summary>
    private const int HeaderBytesMax = 64 * 1024;

    private const int HeadersMax = 100;

    /// <summary>Bytes of method, target and version; more get 414.</summary>
    private const int RequestLineBytesMax = 8 * 1024;

    /// <summary>How long a body may stay below the lowest rate, from its beginning.</summary>
    private static readonly TimeSpan SlowBodyGrace = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddServerLimits(this IServiceCollection services, GatewayOptions options)
    {
        // A line ends with CRLF and nothing else: a proxy before the hub that sees it otherwise could be made to smuggle.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        return services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
            kestrel.Limits.MaxRequestHeaderCount = HeadersMax;
            kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.HeadersSecondsMax);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.ConnectionIdleSecondsMax);
            kestrel.Limits.MinRequestBodyDataRate =
                options.BodyBytesPerSecondMin > 0 ? new MinDataRate(options.BodyBytesPerSecondMin, SlowBodyGrace) : null;
        });
    }
}
