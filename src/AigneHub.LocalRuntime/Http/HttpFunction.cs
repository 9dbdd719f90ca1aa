using System.Reflection;
using AigneHub.LocalRuntime.Hosting;
using AigneHub.LocalRuntime.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;

namespace AigneHub.LocalRuntime.Http;

/// <summary>An HTTP function's endpoint.</summary>
internal sealed partial class HttpFunction
{
    private readonly FunctionDefinition _function;
    private readonly Func<HttpContext, object?>?[] _binders;
    private readonly bool _takesToken;
    private readonly Shutdown _shutdown;
    private readonly ILogger _logger;

    public HttpFunction(FunctionDefinition function, RoutePattern pattern, Shutdown shutdown, ILogger logger)
    {
        _function = function;
        _shutdown = shutdown;
        _logger = logger;
        _binders = [.. function.Parameters.Select(p => Binder(function, p, pattern))];
        _takesToken = _binders.Contains(null);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        using var linked = _takesToken
            ? CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _shutdown.Forced)
            : null;
        try
        {
            var arguments = new object?[_binders.Length];
            for (var i = 0; i < arguments.Length; i++)
                arguments[i] = _binders[i] is { } bind ? bind(context) : linked!.Token;
            await _function.InvokeAsync(context.RequestServices, arguments).WaitAsync(_shutdown.Abandoned);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            ClientGone(_logger, _function.Name);
        }
        catch (OperationCanceledException) when (_shutdown.Abandoned.IsCancellationRequested)
        {
            // The function may still be at work on the response: leave it alone and cut the connection.
            Abandoned(_logger, _function.Name);
            context.Abort();
        }
        catch (Exception e) when (context.Response.HasStarted)
        {
            FailedMidway(_logger, e, _function.Name);
            context.Abort();
        }
        catch (Exception e)
        {
            Failed(_logger, e, _function.Name);
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    /// <summary>Null stands for the cancellation token.</summary>
    private static Func<HttpContext, object?>? Binder(FunctionDefinition function, ParameterInfo parameter, RoutePattern pattern)
    {
        if (parameter == function.TriggerParameter)
        {
            return parameter.ParameterType == typeof(HttpRequest)
                ? static context => context.Request
                : throw LocalStartupException.Refuse(
                    function.Name, $"its trigger parameter must be an HttpRequest, not {parameter.ParameterType.Name}.");
        }

        if (parameter.ParameterType == typeof(CancellationToken))
            return null;
        return RouteValueBinder.Create(function.Name, parameter, pattern)
            ?? throw LocalStartupException.Refuse(
                function.Name,
                $"its parameter '{parameter.Name}' of type {parameter.ParameterType.Name} can't be bound "
                + "(HttpRequest, CancellationToken, and route values of type string, int, long, Guid, bool can).");
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Function}: the client went away")]
    private static partial void ClientGone(ILogger logger, string function);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function}: did not end in time at the stop; connection cut")]
    private static partial void Abandoned(ILogger logger, string function);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function}: failed before its response began; answered 500")]
    private static partial void Failed(ILogger logger, Exception error, string function);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function}: failed after its response began; connection cut")]
    private static partial void FailedMidway(ILogger logger, Exception error, string function);
}
