namespace AigneHub.Core.Responses;

/// <summary>Remembers where vendors keep responses.</summary>
public interface IStoredResponses
{
    Task PutAsync(StoredResponse response, CancellationToken cancellationToken);

    /// <summary>Null when the account has no such response.</summary>
    Task<StoredResponse?> FindAsync(string account, string id, CancellationToken cancellationToken);

    Task DeleteAsync(string account, string id, CancellationToken cancellationToken);

    /// <summary>Forgets what is older than <see cref="StoredResponse.Age"/>; returns how many that were.</summary>
    Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
