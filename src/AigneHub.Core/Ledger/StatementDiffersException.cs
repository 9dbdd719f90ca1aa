namespace AigneHub.Core.Ledger;

/// <summary>What a statement has listed is not what the sums say: it must not be taken for a whole one.</summary>
public sealed class StatementDiffersException(string message) : Exception(message);
