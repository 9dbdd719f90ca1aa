using System.Runtime.CompilerServices;

namespace AigneHub.Core.Pricing;

/// <summary>What a call consumed, by unit kind. A value on the stack: counting costs no allocation.</summary>
public struct UnitCounts
{
    private Buffer _units;

    /// <summary>Units of a kind; 0 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    public long this[UnitKind kind]
    {
        readonly get => _units[(int)kind];
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _units[(int)kind] = value;
        }
    }

    /// <summary>All tokens that were sent, cached and written to a cache included: what tiers by prompt size go by.</summary>
    /// <exception cref="OverflowException">The sum does not fit 64 bits.</exception>
    public readonly long PromptTokens => checked(this[UnitKind.Input] + this[UnitKind.CachedInput]
        + this[UnitKind.CacheWrite5m] + this[UnitKind.CacheWrite1h] + this[UnitKind.AudioInput] + this[UnitKind.ImageInput]);

    [InlineArray(Length)]
    private struct Buffer
    {
        public const int Length = (int)UnitKind.Search + 1;
        private long _first;
    }
}
