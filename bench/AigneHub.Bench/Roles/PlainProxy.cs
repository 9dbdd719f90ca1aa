using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace AigneHub.Bench.Roles;

/// <summary>YARP with one route and one destination and nothing else: what a proxy in .NET costs at least.</summary>
internal static class PlainProxy
{
    public const string Role = "yarp";

    /// <summary>Arguments: <c>--upstream</c>, the URL to forward to.</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "mock", Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "mock",
                    Destinations = new Dictionary<string, DestinationConfig> { ["mock"] = new() { Address = arguments.Text("--upstream") } },
                },
            ]);
        await using var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        Console.WriteLine($"yarp listens on {app.Urls.First()}/");
        await HostingAbstractionsHostExtensions.WaitForShutdownAsync(app);
        return 0;
    }
}
