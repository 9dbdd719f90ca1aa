namespace AigneHub.Storage.Schema;

/// <summary>The storage was brought to a form that this version of the hub doesn't know.</summary>
public sealed class SchemaTooNewException(int stored, int known) : Exception(
    $"The storage has schema {stored}, this version of the hub knows schemas up to {known}: a newer hub has run on it. Deploy that "
    + "version or a later one again; schemas go forward only.");
