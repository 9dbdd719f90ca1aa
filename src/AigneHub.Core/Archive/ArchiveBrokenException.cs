namespace AigneHub.Core.Archive;

/// <summary>What the archive holds is not what was written, or contradicts the ledger. An operator must look at it.</summary>
public sealed class ArchiveBrokenException(string message, Exception? inner = null) : Exception(message, inner);
