using System.Runtime.CompilerServices;

namespace AigneHub.Core.Routing.Health;

/// <summary>Calls and failures of the last stretch of time, in six slices. A value: its owner guards it.</summary>
internal struct FailureWindow
{
    private Slices _slices;

    /// <param name="window">Ticks.</param>
    public void Add(long now, long window, bool failed)
    {
        var number = now / SliceTicks(window);
        ref var slice = ref _slices[(int)(number % Slices.Count)];
        if (slice.Number != number)
        {
            slice = new Slice { Number = number };
        }

        slice.Calls++;
        slice.Failures += failed ? 1 : 0;
    }

    public readonly (int Calls, int Failures) Sum(long now, long window)
    {
        var oldest = now / SliceTicks(window) - Slices.Count;
        var (calls, failures) = (0, 0);
        foreach (var slice in (ReadOnlySpan<Slice>)_slices)
        {
            if (slice.Number > oldest)
            {
                calls += slice.Calls;
                failures += slice.Failures;
            }
        }

        return (calls, failures);
    }

    private static long SliceTicks(long window) => Math.Max(1, window / Slices.Count);

    private struct Slice
    {
        public long Number;
        public int Calls;
        public int Failures;
    }

    [InlineArray(Count)]
    private struct Slices
    {
        public const int Count = 6;
        private Slice _first;
    }
}
