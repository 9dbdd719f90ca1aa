namespace AigneHub.Providers.OpenAi;

/// <summary>What a vendor's body with a success status is.</summary>
/// <param name="HasChoices">It is an answer.</param>
/// <param name="Usage">Null when none is reported.</param>
/// <param name="Error">It is an error in spite of its status.</param>
public readonly record struct ChatAnswer(bool HasChoices, TokenUsage? Usage, VendorError? Error);
