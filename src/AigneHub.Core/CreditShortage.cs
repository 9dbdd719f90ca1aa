namespace AigneHub.Core;

/// <summary>What a call would have needed. Amounts are whole units with up to 9 decimals.</summary>
/// <param name="Purse">The one that can't carry it, e.g. <c>account:acme</c>, <c>team:research</c>.</param>
/// <param name="Unit"><c>USD</c> or <c>credits</c>.</param>
/// <param name="AffordableTokens">Output tokens with which the call could have been made; null when it isn't measured in them.</param>
/// <param name="Link">Where credit is bought; null where it isn't sold.</param>
public sealed record CreditShortage(string Purse, string Needed, string Available, string Unit, long? AffordableTokens, string? Link);
