namespace AigneHub.Core.Keys;

/// <summary>
/// When keys were used last, an hour coarse. Apart from the keys' records, so that noting a use never disturbs a change.
/// Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IKeyUses
{
    Task NoteAsync(string keyId, DateTimeOffset hour, CancellationToken cancellationToken);

    /// <summary>Of those that were used ever.</summary>
    /// <param name="keyIds">At most 200, of one page of a list.</param>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(IReadOnlyList<string> keyIds, CancellationToken cancellationToken);
}
