namespace AigneHub.Core.Configuration;

/// <summary>What a change of prices was about.</summary>
public enum PriceChangeKind
{
    /// <summary>Margins and credit prices: percent and amounts by scope and currency.</summary>
    Rules,

    /// <summary>An override of a model's prices.</summary>
    Override,

    /// <summary>The unit costs that are stored for a model.</summary>
    Cost,

    /// <summary>The catalogue in force.</summary>
    Catalogue,
}

/// <summary>One change of prices, kept for ever and in the same transaction as the change itself.</summary>
/// <param name="Id">UUID v7: when it was made.</param>
/// <param name="Key">The id of the administrator's key.</param>
/// <param name="RequestId">Of the management call.</param>
/// <param name="Subject"><c>provider/model</c>; null where it is about none in particular.</param>
/// <param name="Reason">The administrator's words; null without any.</param>
/// <param name="Before">What was changed, as texts by name; empty when there was nothing.</param>
/// <param name="After">The same afterwards; empty when there is nothing any more.</param>
public sealed record PriceChange(
    Guid Id, string Key, string RequestId, PriceChangeKind Kind, string? Subject, string? Reason,
    IReadOnlyDictionary<string, string> Before, IReadOnlyDictionary<string, string> After)
{
    public const int ReasonCharactersMax = 200;

    /// <summary>Null when it can be kept as a reason, else one sentence and the field's name in the management API.</summary>
    public static (string Message, string Param)? WhatIsWrongWithReason(string? reason) =>
        reason is not null
        && (string.IsNullOrWhiteSpace(reason) || reason.Length > ReasonCharactersMax || reason.Any(char.IsControl))
            ? ($"'reason' must have 1 to {ReasonCharactersMax} characters, none of them a control character.", "reason")
            : null;
}
