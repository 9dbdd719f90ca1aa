namespace AigneHub.Core;

/// <summary>Storage did not answer, or answered that it is busy: the operation may be repeated.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
