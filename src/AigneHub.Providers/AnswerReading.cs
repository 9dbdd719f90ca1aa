namespace AigneHub.Providers;

/// <summary>What a vendor's body with a success status is.</summary>
/// <param name="IsAnswer">It is an answer of the API that was called.</param>
/// <param name="Usage">Null when none is reported.</param>
/// <param name="Error">It is an error in spite of its status.</param>
/// <param name="Id">The answer's own, where the vendor may keep it; else null.</param>
public readonly record struct AnswerReading(bool IsAnswer, TokenUsage? Usage, VendorError? Error, string? Id = null);
