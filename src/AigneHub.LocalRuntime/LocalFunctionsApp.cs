using AigneHub.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;

namespace AigneHub.LocalRuntime;

/// <summary>
/// Serves the functions of an assembly on Kestrel, as the Azure Functions host would. A stop (SIGINT, SIGTERM or
/// <see cref="StopAsync"/>) closes the listener and takes no more messages and timers, waits for what runs (bounded by
/// <c>LocalRuntime:DrainSeconds</c>, then cancels it) and only then stops the app's own hosted services.
/// </summary>
public sealed class LocalFunctionsApp : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly IReadOnlyList<Uri> _urls;

    internal LocalFunctionsApp(WebApplication web, IReadOnlyList<Uri> urls, IReadOnlyList<string> functions)
    {
        _web = web;
        _urls = urls;
        Functions = functions;
    }

    public IServiceProvider Services => _web.Services;

    /// <summary>The names of the functions served, in order.</summary>
    public IReadOnlyList<string> Functions { get; }

    /// <summary>Where the app listens, with real ports; empty before the start.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <exception cref="LocalStartupException">The command line or a settings file is not as it must be.</exception>
    public static LocalFunctionsBuilder CreateBuilder(LocalFunctionsOptions options) => new(options);

    /// <summary>Returns when the app listens.</summary>
    /// <exception cref="LocalStartupException">A port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        PortProbe.Check(_urls);
        try
        {
            await _web.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw PortProbe.Taken(_urls[0]);
        }

        Addresses = [.. _web.Urls.Select(url => new Uri(url))];
    }

    /// <summary>Returns when everything has ended or the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _web.StopAsync(cancellationToken);

    /// <summary>Waits for SIGINT, SIGTERM or the token, and then for the stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) =>
        HostingAbstractionsHostExtensions.WaitForShutdownAsync(_web, cancellationToken);

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
