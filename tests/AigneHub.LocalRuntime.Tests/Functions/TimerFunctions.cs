using Microsoft.Azure.Functions.Worker;

namespace AigneHub.LocalRuntime.Tests.Functions;

public sealed class TimerFunctions(MessageHandler handler)
{
    [Function("Timer")]
    public Task Run([TimerTrigger("%TestSchedule%")] TimerInfo timer, CancellationToken cancellationToken) =>
        handler.HandleAsync("timer", cancellationToken);
}

public sealed class StartupTimerFunctions(MessageHandler handler)
{
    [Function("StartupTimer")]
    public Task Run([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer) =>
        handler.HandleAsync("startup", CancellationToken.None);
}
