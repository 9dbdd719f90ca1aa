using System.Globalization;

namespace AigneHub.Hub.Tests.Crashes;

internal enum Victim
{
    Gateway,
    Settler,
    Both,
}

/// <summary>How much is killed; larger by environment variables.</summary>
/// <param name="Rounds"><c>AIGNEHUB_CRASH_ROUNDS</c>.</param>
/// <param name="Calls">Running at once: <c>AIGNEHUB_CRASH_CALLS</c>.</param>
/// <param name="Seed">Of calls and moments: <c>AIGNEHUB_CRASH_SEED</c>.</param>
internal sealed record CrashPlan(int Rounds, int Calls, int Seed)
{
    public static CrashPlan Read() => new(
        Number("AIGNEHUB_CRASH_ROUNDS", 4), Number("AIGNEHUB_CRASH_CALLS", 60), Number("AIGNEHUB_CRASH_SEED", 1));

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
