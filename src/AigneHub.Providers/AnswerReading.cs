namespace AigneHub.Providers;

/// <summary>What a vendor's body with a success status is.</summary>
/// <param name="IsAnswer">It is an answer of the API that was called.</param>
/// <param name="Usage">Null when none is reported.</param>
/// <param name="Error">It is an error in spite of its status.</param>
/// <param name="Id">The answer's own, where the vendor may keep it; else null.</param>
/// <param name="Model">What it says that has answered; null where that isn't read.</param>
public readonly record struct AnswerReading(
    bool IsAnswer, TokenUsage? Usage, VendorError? Error, string? Id = null, string? Model = null);
