using System.Text;

namespace AigneHub.Core.Limits;

/// <summary>
/// Windows of a minute by storage's clock, numbered. Each subject's begin at a second of the minute of its own, so that not all of
/// them are drawn from at once.
/// </summary>
internal sealed class LimitWindows(string subject)
{
    private static readonly long Length = TimeSpan.FromMinutes(1).Ticks;
    private readonly long _phase = SecondOf(subject) * TimeSpan.TicksPerSecond;

    public long At(DateTimeOffset moment) => Math.DivRem(moment.UtcTicks - _phase, Length).Quotient;

    public TimeSpan UntilEnd(long window, DateTimeOffset moment) =>
        TimeSpan.FromTicks(Math.Clamp(((window + 1) * Length) + _phase - moment.UtcTicks, 0, Length));

    // FNV-1a: the same on every instance and in every version.
    private static uint SecondOf(string subject)
    {
        var hash = 2_166_136_261;
        foreach (var b in Encoding.UTF8.GetBytes(subject))
        {
            hash = unchecked((hash ^ b) * 16_777_619);
        }

        return hash % 60;
    }
}
