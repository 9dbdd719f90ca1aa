using AigneHub.LocalRuntime.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.LocalRuntime.Invocation;

/// <summary>Runs a queue's or a timer's function once, in a service scope of its own.</summary>
internal sealed class Invoker(FunctionDefinition function, IServiceScopeFactory scopes, Shutdown shutdown)
{
    private readonly int _trigger = function.TriggerParameter.Position;

    public string Name => function.Name;

    /// <summary>Throws what the function throws; <see cref="OperationCanceledException"/> when it was given up.</summary>
    public async Task InvokeAsync(object triggerValue)
    {
        await using var scope = scopes.CreateAsyncScope();
        var arguments = new object?[function.Parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = i == _trigger ? triggerValue : shutdown.Forced;
        await function.InvokeAsync(scope.ServiceProvider, arguments).WaitAsync(shutdown.Abandoned);
    }

    /// <summary>Refuses a function with parameters other than its trigger's and a CancellationToken.</summary>
    public static void CheckParameters(FunctionDefinition function, params ReadOnlySpan<Type> triggerTypes)
    {
        if (!triggerTypes.Contains(function.TriggerParameter.ParameterType))
            throw LocalStartupException.Refuse(
                function.Name, $"its trigger parameter can't be of type {function.TriggerParameter.ParameterType.Name}.");
        foreach (var parameter in function.Parameters)
        {
            if (parameter != function.TriggerParameter && parameter.ParameterType != typeof(CancellationToken))
                throw LocalStartupException.Refuse(
                    function.Name, $"its parameter '{parameter.Name}' of type {parameter.ParameterType.Name} can't be bound.");
        }
    }
}
