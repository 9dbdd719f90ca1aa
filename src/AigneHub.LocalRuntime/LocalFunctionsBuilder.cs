using AigneHub.LocalRuntime.Hosting;
using AigneHub.LocalRuntime.Http;
using AigneHub.LocalRuntime.Invocation;
using AigneHub.LocalRuntime.Queues;
using AigneHub.LocalRuntime.Timers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.LocalRuntime;

/// <summary>
/// Collects settings and services of the app. Settings come, later ones winning, from <c>host.json</c> (log levels),
/// <c>local.settings.json</c>, the environment and the command line.
/// </summary>
public sealed class LocalFunctionsBuilder
{
    private readonly LocalFunctionsOptions _options;
    private readonly CommandLine _commandLine;
    private readonly HostJson _hostJson;
    private readonly WebApplicationBuilder _web;

    internal LocalFunctionsBuilder(LocalFunctionsOptions options)
    {
        _options = options;
        _commandLine = CommandLine.Parse(options.Args, options.Arguments);
        _hostJson = HostJson.Read(options.HostJsonPath ?? Path.Combine(AppContext.BaseDirectory, "host.json"));
        var root = options.ContentRoot ?? Directory.GetCurrentDirectory();
        _web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = options.Functions.GetName().Name,
            ContentRootPath = root,
            EnvironmentName = Environments.Development,
        });
        _web.Configuration
            .AddInMemoryCollection(LogLevels(_hostJson))
            .AddInMemoryCollection(LocalSettingsFile.Read(root))
            .AddEnvironmentVariables()
            .AddInMemoryCollection(_commandLine.Settings);

        _web.Logging.AddConfiguration(_web.Configuration.GetSection("Logging"));
        _web.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });

        _web.WebHost.UseKestrelCore();
        _web.WebHost.UseUrls([.. _commandLine.Urls.Select(url => url.GetLeftPart(UriPartial.Authority))]);
        _web.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        _web.Services.AddRoutingCore();
    }

    public IConfigurationManager Configuration => _web.Configuration;

    public IServiceCollection Services => _web.Services;

    public ILoggingBuilder Logging => _web.Logging;

    /// <summary>Finds the functions and prepares their triggers.</summary>
    /// <exception cref="LocalStartupException">A function or a setting is not as it must be.</exception>
    public LocalFunctionsApp Build()
    {
        var all = FunctionDefinition.Find(_options.FunctionTypes ?? _options.Functions.GetTypes());
        var served = FunctionSelection.Select(all, _commandLine.Functions, Configuration);
        var settings = RuntimeSettings.Read(Configuration);
        AddRuntime(served, settings);

        var web = _web.Build();
        try
        {
            CheckConstructors(served, web.Services.GetRequiredService<IServiceProviderIsService>());
            HttpRoutes.Map(web, served, _hostJson.RoutePrefix);
            // Made here, and not when the app starts, so that a wrong trigger is refused before anything runs.
            web.Services.GetRequiredService<TriggerPumps>();
        }
        catch
        {
            ((IDisposable)web).Dispose();
            throw;
        }

        return new LocalFunctionsApp(web, _commandLine.Urls, [.. served.Select(function => function.Name)]);
    }

    private static Dictionary<string, string?> LogLevels(HostJson hostJson)
    {
        var levels = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Logging:LogLevel:Default"] = nameof(LogLevel.Information),
            ["Logging:LogLevel:Microsoft"] = nameof(LogLevel.Warning),
            ["Logging:LogLevel:Azure"] = nameof(LogLevel.Warning),
            // It repeats every exception of a function, without the function's name.
            ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = nameof(LogLevel.Critical),
        };
        foreach (var (category, level) in hostJson.LogLevels)
            levels["Logging:LogLevel:" + category] = level;
        return levels;
    }

    private static void CheckConstructors(IEnumerable<FunctionDefinition> functions, IServiceProviderIsService services)
    {
        foreach (var function in functions)
        {
            var missing = function.Type.GetConstructors()
                .SelectMany(constructor => constructor.GetParameters())
                .FirstOrDefault(parameter => !parameter.HasDefaultValue && !services.IsService(parameter.ParameterType));
            if (missing is not null)
                throw LocalStartupException.Refuse(
                    function.Name,
                    $"its class {function.Type.Name} asks for {missing.ParameterType.Name}, which is not a registered service.");
        }
    }

    private void AddRuntime(IReadOnlyList<FunctionDefinition> functions, RuntimeSettings settings)
    {
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(settings);
        Services.AddSingleton<Shutdown>();
        Services.AddSingleton<IHostLifetime, SignalLifetime>();
        Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = settings.Drain + RuntimeSettings.CancelGrace + RuntimeSettings.ServicesStop);
        // Hosted services stop in reverse order and the listener is always the last one: it drains first, then the
        // pumps, and only then do the app's own services stop.
        Services.AddSingleton(services => new TriggerPumps(
            [.. functions.Select(function => CreatePump(function, services, settings)).OfType<ITriggerPump>()]));
        Services.AddHostedService(services => services.GetRequiredService<TriggerPumps>());
    }

    private ITriggerPump? CreatePump(FunctionDefinition function, IServiceProvider services, RuntimeSettings settings)
    {
        var shutdown = services.GetRequiredService<Shutdown>();
        var time = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILoggerFactory>();
        var invoker = new Invoker(function, services.GetRequiredService<IServiceScopeFactory>(), shutdown);
        return function.Trigger switch
        {
            QueueTriggerAttribute queue => new QueuePump(
                QueueConnection.Open(function, queue, Configuration),
                invoker,
                function.TriggerParameter.ParameterType == typeof(string),
                _hostJson.Queues with { Lock = settings.QueueLock },
                shutdown,
                time,
                logger.CreateLogger("Functions.Queues")),
            TimerTriggerAttribute timer => new TimerPump(
                invoker,
                TimerPump.Schedule(function, timer, Configuration),
                timer.RunOnStartup,
                shutdown,
                time,
                logger.CreateLogger("Functions.Timers")),
            _ => null,
        };
    }
}
