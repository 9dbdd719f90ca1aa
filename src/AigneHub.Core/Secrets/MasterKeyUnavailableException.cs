namespace AigneHub.Core.Secrets;

/// <summary>The master key's place did not answer, or refused: the operation may be repeated.</summary>
public sealed class MasterKeyUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
