namespace AigneHub.Core.Ledger;

/// <summary>What a statement lists.</summary>
public enum StatementContent
{
    /// <summary>Movements and calls.</summary>
    All,

    /// <summary>Movements, and usage in one line a UTC day.</summary>
    Movements,

    /// <summary>Calls alone: the balance begins with what was spent before, and knows no credit.</summary>
    Calls,
}

/// <param name="From">A whole UTC hour.</param>
/// <param name="To">A whole UTC hour behind <paramref name="From"/>; not included.</param>
public sealed record StatementQuery(DateTimeOffset From, DateTimeOffset To, StatementContent Content)
{
    /// <summary>The longest span of one statement.</summary>
    public static readonly TimeSpan SpanMax = UsageQuery.SpanMax;

    /// <summary>Calls are summed by the hour of their ids.</summary>
    public HourSpan Hours => HourSpan.Between(From, To);
}

/// <summary>A line of a statement. Amounts are nano; the last balance is the first one and all amounts between.</summary>
/// <param name="Amount">What it adds to the balance.</param>
/// <param name="Balance">Afterwards: credit less usage, the usage that is not folded yet included.</param>
public abstract record StatementLine(DateTimeOffset Time, long Amount, long Balance)
{
    public sealed record Opening(DateTimeOffset Time, long Balance) : StatementLine(Time, 0, Balance);

    public sealed record Moved(Movement Movement, long Amount, long Balance) : StatementLine(Movement.At, Amount, Balance);

    /// <summary>An unpriced call adds nothing.</summary>
    public sealed record Called(LedgerLine Line, long Amount, long Balance)
        : StatementLine(HubIds.TimeOf(Line.Event.Id), Amount, Balance);

    /// <summary>The usage of a UTC day, as far as it is in the statement's span.</summary>
    /// <param name="Time">The last moment of it.</param>
    public sealed record Used(DateTimeOffset Time, long Calls, long Amount, long Balance) : StatementLine(Time, Amount, Balance);

    /// <param name="Movements">Lines of movements.</param>
    /// <param name="Calls">Calls of the span, listed or summed.</param>
    /// <param name="Unpriced">Calls listed without an amount.</param>
    public sealed record Closing(DateTimeOffset Time, long Balance, long Movements, long Calls, long Unpriced)
        : StatementLine(Time, 0, Balance);
}
