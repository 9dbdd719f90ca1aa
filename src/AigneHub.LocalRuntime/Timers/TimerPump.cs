using AigneHub.LocalRuntime.Hosting;
using AigneHub.LocalRuntime.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace AigneHub.LocalRuntime.Timers;

/// <summary>Runs one function on its schedule (UTC). Runs don't overlap; what falls into a run is skipped.</summary>
internal sealed partial class TimerPump(
    Invoker invoker, CrontabSchedule schedule, bool runOnStartup, Shutdown shutdown, TimeProvider time, ILogger logger)
    : ITriggerPump
{
    // Also below the longest delay that a timer takes.
    private static readonly TimeSpan SleepMax = TimeSpan.FromHours(1);

    public static CrontabSchedule Schedule(
        FunctionDefinition function, TimerTriggerAttribute trigger, IConfiguration configuration)
    {
        Invoker.CheckParameters(function, typeof(TimerInfo));
        var expression = SettingReference.Resolve(function.Name, trigger.Schedule, configuration);
        return CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            ?? throw LocalStartupException.Refuse(
                function.Name, $"its schedule '{expression}' is not an NCrontab expression of six fields (seconds first).");
    }

    public async Task RunAsync()
    {
        await Task.Yield();
        try
        {
            if (runOnStartup)
                await InvokeAsync();
            var last = DateTime.MinValue;
            while (true)
            {
                // Timers may fire a little early: an occurrence that was served is not the next one.
                var now = time.GetUtcNow().UtcDateTime;
                var next = schedule.GetNextOccurrence(now > last ? now : last);
                while ((now = time.GetUtcNow().UtcDateTime) < next)
                    await Task.Delay(next - now < SleepMax ? next - now : SleepMax, time, shutdown.Stopping);
                last = next;
                shutdown.Stopping.ThrowIfCancellationRequested();
                await InvokeAsync();
            }
        }
        catch (OperationCanceledException) when (shutdown.Stopping.IsCancellationRequested)
        {
        }
    }

    private async Task InvokeAsync()
    {
        try
        {
            await invoker.InvokeAsync(new TimerInfo());
        }
        catch (Exception e)
        {
            Failed(logger, e, invoker.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function}: its run failed; the next one comes as scheduled")]
    private static partial void Failed(ILogger logger, Exception error, string function);
}
