using AigneHub.Core.Keys;

namespace AigneHub.Core.Access;

/// <summary>
/// Members and invitations at rest. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IMemberStore
{
    Task<Versioned<MemberRecord>?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>By id.</summary>
    /// <param name="account">Null: of all accounts.</param>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<Versioned<MemberRecord>>> ListAsync(
        string? account, int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>False when there is one with this id; nothing is changed then.</summary>
    Task<bool> AddAsync(MemberRecord member, CancellationToken cancellationToken);

    /// <summary>False when another version is stored. Everything but id, issuer and subject may change.</summary>
    Task<bool> ReplaceAsync(MemberRecord member, string etag, CancellationToken cancellationToken);

    Task DeleteAsync(string id, CancellationToken cancellationToken);

    Task<Versioned<Invitation>?> FindInvitationAsync(string id, CancellationToken cancellationToken);

    /// <summary>By id, those that are over included.</summary>
    /// <param name="account">Null: of all accounts.</param>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<Versioned<Invitation>>> ListInvitationsAsync(
        string? account, int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>False when there is one with this id; nothing is changed then.</summary>
    Task<bool> AddInvitationAsync(Invitation invitation, CancellationToken cancellationToken);

    /// <summary>False when another version is stored.</summary>
    Task<bool> ReplaceInvitationAsync(Invitation invitation, string etag, CancellationToken cancellationToken);

    Task DeleteInvitationAsync(string id, CancellationToken cancellationToken);
}
