namespace AigneHub.Core.Ledger;

/// <summary>The continuation that the caller sent was not given out by this listing (400 for the caller).</summary>
public sealed class InvalidContinuationException() : Exception("The continuation is not one that this listing has given out.");
