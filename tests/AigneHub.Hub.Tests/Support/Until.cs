using System.Diagnostics;

namespace AigneHub.Hub.Tests.Support;

/// <summary>Waits for conditions, never for times.</summary>
internal static class Until
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static Task TrueAsync(Func<Task<bool>> condition, string what) =>
        NotNullAsync(async () => await condition() ? "" : null, what);

    public static async Task<T> NotNullAsync<T>(Func<Task<T?>> find, string what = "what is waited for")
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Longest, $"Not in time: {what}");
            await Task.Delay(Pause);
        }
    }
}
