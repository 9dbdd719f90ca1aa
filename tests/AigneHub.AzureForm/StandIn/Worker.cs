// The attributes of the isolated worker that the function classes use.
// https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker
namespace Microsoft.Azure.Functions.Worker;

/// <summary>https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.functionattribute</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.authorizationlevel</summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}

/// <summary>https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.httptriggerattribute</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    public string[]? Methods { get; } = methods;

    public string? Route { get; set; }
}

/// <summary>https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    public string? Connection { get; set; }
}

/// <summary>https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceBusTriggerAttribute(string queueName) : Attribute
{
    public string? QueueName { get; } = queueName;

    public string? Connection { get; set; }
}

/// <summary>https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;

    public bool RunOnStartup { get; set; }
}

/// <summary>https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.timerinfo</summary>
public class TimerInfo
{
    public bool IsPastDue { get; set; }
}
