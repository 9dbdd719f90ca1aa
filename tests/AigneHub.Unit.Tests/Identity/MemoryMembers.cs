using System.Collections.Concurrent;
using System.Globalization;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;

namespace AigneHub.Unit.Tests.Identity;

/// <summary>Members and invitations in memory.</summary>
internal sealed class MemoryMembers : IMemberStore
{
    private readonly ConcurrentDictionary<string, Versioned<MemberRecord>> _members = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Versioned<Invitation>> _invitations = new(StringComparer.Ordinal);
    private int _version;

    public IEnumerable<MemberRecord> All => _members.Values.Select(one => one.Value);

    public void Put(MemberRecord member) => _members[member.Id] = new(member, Next());

    public Task<Versioned<MemberRecord>?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_members.GetValueOrDefault(id));

    public Task<Page<Versioned<MemberRecord>>> ListAsync(
        string? account, int limit, string? continuation, CancellationToken cancellationToken) =>
        Task.FromResult(Page(_members.Values.Where(one => account is null || one.Value.Account == account), one => one.Value.Id, limit, continuation));

    public Task<bool> AddAsync(MemberRecord member, CancellationToken cancellationToken) =>
        Task.FromResult(_members.TryAdd(member.Id, new(member, Next())));

    public Task<bool> ReplaceAsync(MemberRecord member, string etag, CancellationToken cancellationToken) => Task.FromResult(
        _members.TryGetValue(member.Id, out var found) && found.ETag == etag && _members.TryUpdate(member.Id, new(member, Next()), found));

    public Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        _members.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task<Versioned<Invitation>?> FindInvitationAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_invitations.GetValueOrDefault(id));

    public Task<Page<Versioned<Invitation>>> ListInvitationsAsync(
        string? account, int limit, string? continuation, CancellationToken cancellationToken) => Task.FromResult(
        Page(_invitations.Values.Where(one => account is null || one.Value.Account == account), one => one.Value.Id, limit, continuation));

    public Task<bool> AddInvitationAsync(Invitation invitation, CancellationToken cancellationToken) =>
        Task.FromResult(_invitations.TryAdd(invitation.Id, new(invitation, Next())));

    public Task<bool> ReplaceInvitationAsync(Invitation invitation, string etag, CancellationToken cancellationToken) => Task.FromResult(
        _invitations.TryGetValue(invitation.Id, out var found) && found.ETag == etag
        && _invitations.TryUpdate(invitation.Id, new(invitation, Next()), found));

    public Task DeleteInvitationAsync(string id, CancellationToken cancellationToken)
    {
        _invitations.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    private static Page<T> Page<T>(IEnumerable<T> all, Func<T, string> id, int limit, string? continuation)
    {
        var rest = all.OrderBy(id, StringComparer.Ordinal).Where(one => string.CompareOrdinal(id(one), continuation ?? "") > 0).ToArray();
        return new Page<T>([.. rest.Take(limit)], rest.Length > limit ? id(rest[limit - 1]) : null);
    }

    private string Next() => Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
}
