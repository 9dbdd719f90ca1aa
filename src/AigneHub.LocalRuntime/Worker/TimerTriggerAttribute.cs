namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs a function on a schedule. Name and shape are those of the isolated worker's attribute.</summary>
/// <param name="schedule">An NCrontab expression of six fields (seconds first, UTC), or <c>%Setting%</c>.</param>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer"/>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    public string Schedule { get; } = schedule;

    /// <summary>Whether the function also runs as soon as the app has started.</summary>
    public bool RunOnStartup { get; set; }
}

/// <summary>What a timer function is told about its run.</summary>
/// <seealso href="https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.timerinfo"/>
public sealed class TimerInfo
{
    /// <summary>Whether the run is later than its schedule said. Always false here: missed runs are not caught up.</summary>
    public bool IsPastDue { get; set; }
}
