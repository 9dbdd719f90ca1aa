using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.LocalRuntime.Invocation;

/// <summary>A <c>[Function]</c> method with its trigger; makes an instance of its class for each call.</summary>
internal sealed class FunctionDefinition
{
    private readonly ObjectFactory _create;
    private readonly MethodInvoker _invoke;

    private FunctionDefinition(string name, Type type, MethodInfo method, ParameterInfo triggerParameter, Attribute trigger)
    {
        Name = name;
        Type = type;
        Parameters = method.GetParameters();
        TriggerParameter = triggerParameter;
        Trigger = trigger;
        _create = ActivatorUtilities.CreateFactory(type, []);
        _invoke = MethodInvoker.Create(method);
    }

    public string Name { get; }

    public Type Type { get; }

    public ParameterInfo[] Parameters { get; }

    public ParameterInfo TriggerParameter { get; }

    public Attribute Trigger { get; }

    public Task InvokeAsync(IServiceProvider services, Span<object?> arguments) =>
        (Task)_invoke.Invoke(_create(services, null), arguments)!;

    /// <summary>Finds the functions of some classes and refuses what is not of the shape that is served.</summary>
    public static IReadOnlyList<FunctionDefinition> Find(IEnumerable<Type> types)
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.DeclaredOnly;
        var functions = new SortedDictionary<string, FunctionDefinition>(StringComparer.OrdinalIgnoreCase);
        foreach (var type in types)
        {
            foreach (var method in type.GetMethods(All))
            {
                if (method.GetCustomAttribute<FunctionAttribute>()?.Name is not { } name)
                    continue;
                var function = Create(name, type, method);
                if (!functions.TryAdd(name, function))
                    throw LocalStartupException.Refuse(
                        name, $"the name is taken twice, by {functions[name].Type.Name} and {type.Name}.");
            }
        }

        return [.. functions.Values];
    }

    private static FunctionDefinition Create(string name, Type type, MethodInfo method)
    {
        if (!type.IsVisible || !type.IsSealed || type.IsAbstract)
            throw LocalStartupException.Refuse(name, $"its class {type.Name} must be public and sealed.");
        if (!method.IsPublic || method.IsStatic || method.IsGenericMethod)
            throw LocalStartupException.Refuse(name, $"its method {type.Name}.{method.Name} must be a public instance method.");
        if (method.ReturnType != typeof(Task))
            throw LocalStartupException.Refuse(
                name, $"it must return Task, not {method.ReturnType.Name} (an HTTP function writes its response itself).");

        var triggers = (
            from parameter in method.GetParameters()
            from attribute in parameter.GetCustomAttributes()
            where attribute.GetType().Name.EndsWith("TriggerAttribute", StringComparison.Ordinal)
            select (parameter, attribute)).ToArray();
        if (triggers is not [var (triggerParameter, trigger)])
            throw LocalStartupException.Refuse(name, $"it must have one trigger, not {triggers.Length}.");
        if (trigger is not (HttpTriggerAttribute or QueueTriggerAttribute or TimerTriggerAttribute))
            throw LocalStartupException.Refuse(
                name, $"{trigger.GetType().Name} is not served locally (only HTTP, storage queue and timer triggers are).");
        return new FunctionDefinition(name, type, method, triggerParameter, trigger);
    }
}
