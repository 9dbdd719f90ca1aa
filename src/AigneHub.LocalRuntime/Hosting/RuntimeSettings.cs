using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AigneHub.LocalRuntime.Hosting;

/// <summary>The settings below <c>LocalRuntime</c>.</summary>
/// <param name="QueueLock">See <see cref="Queues.QueueSettings.Lock"/>.</param>
/// <param name="Drain">How long running invocations may go on after the app was told to stop.</param>
internal sealed record RuntimeSettings(TimeSpan QueueLock, TimeSpan Drain)
{
    /// <summary>How long an invocation has to end after its token was cancelled (the host's grace for its worker).</summary>
    public static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    /// <summary>What the app's hosted services have for stopping, after the drain.</summary>
    public static readonly TimeSpan ServicesStop = TimeSpan.FromSeconds(30);

    public static RuntimeSettings Read(IConfiguration configuration) =>
        new(
            Seconds(configuration, "LocalRuntime:QueueLockSeconds", min: 1),
            Seconds(configuration, "LocalRuntime:DrainSeconds", min: 0));

    private static TimeSpan Seconds(IConfiguration configuration, string key, int min)
    {
        var text = configuration[key];
        if (string.IsNullOrEmpty(text))
            return TimeSpan.FromSeconds(30);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= min && seconds <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new LocalStartupException($"Setting {key} must be whole seconds from {min} to 3600, not '{text}'.");
    }
}
