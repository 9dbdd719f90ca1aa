namespace AigneHub.Core.Payments;

/// <summary>Credit that is bought at once and does not expire.</summary>
public sealed record CreditPack
{
    /// <summary>Never changed: <see cref="ProductRules.IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>What buyers see.</summary>
    public required string Name { get; init; }

    /// <summary>Nano.</summary>
    public required long Credits { get; init; }

    /// <summary>Minor units by currency.</summary>
    public required IReadOnlyDictionary<string, long> Prices { get; init; }

    /// <summary>False: it can't be bought any more. What was ordered stays as it was ordered.</summary>
    public bool IsSold { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    public (string Message, string Param)? WhatIsWrong() => ProductRules.WhatIsWrong(Id, Name, Credits, Prices);
}
