namespace AigneHub.Core.Ledger;

/// <summary>Why a purse's credit changed other than by usage.</summary>
public enum MovementKind
{
    /// <summary>Adds to <see cref="PurseState.Granted"/>.</summary>
    Grant,

    /// <summary>A budget's new period or higher limit; adds to <see cref="PurseState.Granted"/>.</summary>
    Period,

    /// <summary>A refund, a dispute, a lower limit; adds to <see cref="PurseState.Reversed"/>.</summary>
    Reversal,

    /// <summary>By a person: a positive amount adds to Granted, a negative one to Reversed.</summary>
    Adjustment,

    /// <summary>Adds to <see cref="PurseState.Expired"/>.</summary>
    Expiry,

    /// <summary>Forgiven debt; adds to <see cref="PurseState.WrittenOff"/>.</summary>
    WriteOff,
}

/// <summary>The name under which somebody outside asked for a movement: booked once, whatever is repeated.</summary>
/// <param name="Source">Who counts the ids, e.g. <c>admin</c>, <c>stripe</c>, <c>job</c>.</param>
public sealed record OutsideId(string Source, string Id)
{
    private const int SourceCharactersMax = 32;
    private const int IdCharactersMax = 128;

    /// <summary>The longest <c>source|id</c>.</summary>
    internal const int TextCharactersMax = SourceCharactersMax + 1 + IdCharactersMax;

    /// <summary>
    /// Up to 32 and 128 visible ASCII characters: a purse's row has to hold 64 of them. Grants are named by <c>source|id</c>: no
    /// source has a <c>|</c> or is one of the ledger's own.
    /// </summary>
    public bool IsValid =>
        Source.Length <= SourceCharactersMax && IsText(Source) && !Source.Contains('|', StringComparison.Ordinal)
        && Source is not (Payment.GrantSource or BudgetPeriod.GrantSource) && IsText(Id);

    /// <summary>Whether it is 1 to 128 visible ASCII characters.</summary>
    internal static bool IsText(string text) =>
        text.Length is > 0 and <= IdCharactersMax && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    public override string ToString() => $"{Source}|{Id}";
}

/// <summary>An outside id that is booked (row <c>k|</c>).</summary>
/// <param name="MoneySeq">Its movement.</param>
/// <param name="Hash">Of what was asked: the same id with another hash is another request.</param>
public sealed record BookedId(OutsideId Id, long MoneySeq, string Hash);

/// <summary>One line of a purse's statement (row <c>m|</c>), never changed. All amounts are nano.</summary>
/// <param name="Seq">1, 2, 3 … without gaps.</param>
/// <param name="Amount">Above 0; below 0 only in an adjustment.</param>
/// <param name="At">By the store's clock.</param>
/// <param name="Id">What asked for it: an outside id, <c>payment|…</c>; null when the ledger did it by itself.</param>
/// <param name="GrantId">The grant that was made, joined, reversed or has expired.</param>
/// <param name="By">Who asked.</param>
public sealed record Movement(
    long Seq, MovementKind Kind, long Amount, DateTimeOffset At, string? Id = null, string? GrantId = null, string? Reason = null,
    string? By = null, string? Hash = null)
{
    /// <summary>The purse's sums after it.</summary>
    public required MoneySums After { get; init; }
}

/// <summary>What all movements of a purse make.</summary>
public readonly record struct MoneySums(long Granted, long Reversed, long Expired, long WrittenOff)
{
    public static MoneySums Of(PurseState state) => new(state.Granted, state.Reversed, state.Expired, state.WrittenOff);

    /// <summary>What usage can take of it.</summary>
    public long Credit => checked(Granted + WrittenOff - Reversed - Expired);

    public static MoneySums operator -(MoneySums sums, MoneySums other) => checked(new(
        sums.Granted - other.Granted, sums.Reversed - other.Reversed, sums.Expired - other.Expired, sums.WrittenOff - other.WrittenOff));

    public MoneySums Add(MovementKind kind, long amount) => kind switch
    {
        MovementKind.Grant or MovementKind.Period => this with { Granted = checked(Granted + amount) },
        MovementKind.Adjustment when amount >= 0 => this with { Granted = checked(Granted + amount) },
        MovementKind.Adjustment => this with { Reversed = checked(Reversed - amount) },
        MovementKind.Reversal => this with { Reversed = checked(Reversed + amount) },
        MovementKind.Expiry => this with { Expired = checked(Expired + amount) },
        MovementKind.WriteOff => this with { WrittenOff = checked(WrittenOff + amount) },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
