using System.Text.Json;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Members;

/// <summary>
/// The table <c>members</c>. A record stands in a partition spread by its id, so that a look-up is one point read; rows of two lists,
/// of all members and of its account's, are written before it and tell nothing by themselves.
/// </summary>
internal sealed class TableMemberStore(StorageClients clients) : IMemberStore
{
    private const int ParallelReads = 8;
    private const string Content = "Content";
    private const string Account = "Account";

    private TableClient Table => clients.Table(TableKeys.Members);

    public Task<Versioned<MemberRecord>?> FindAsync(string id, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.MembersPartition(id), id, Read<MemberRecord>, cancellationToken);

    public async Task<Page<Versioned<MemberRecord>>> ListAsync(
        string? account, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var partition = account is null ? TableKeys.MembersAllPartition : TableKeys.MembersOfPartition(account);
        var (rows, next) = await Table.PageAsync(partition, null, limit, continuation, cancellationToken);
        var members = new List<Versioned<MemberRecord>>(limit);
        foreach (var some in rows.Chunk(ParallelReads))
        {
            var found = await Task.WhenAll(some.Select(row => FindAsync(row.RowKey, cancellationToken)));
            // Without a record: a creation or a move that never came to its end.
            members.AddRange(found.OfType<Versioned<MemberRecord>>().Where(one => account is null || one.Value.Account == account));
        }

        return new Page<Versioned<MemberRecord>>(members, next);
    }

    public async Task<bool> AddAsync(MemberRecord member, CancellationToken cancellationToken)
    {
        await ListedAsync(member, cancellationToken);
        return await Table.TryAddAsync(Row(member), cancellationToken);
    }

    public async Task<bool> ReplaceAsync(MemberRecord member, string etag, CancellationToken cancellationToken)
    {
        await ListedAsync(member, cancellationToken);
        return await Table.TryReplaceAsync(Row(member), etag, cancellationToken);
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { Value: var member })
        {
            return;
        }

        // The record first: without it the member is none, whatever becomes of its places in the lists.
        await DeleteAsync(TableKeys.MembersPartition(id), id, cancellationToken);
        await DeleteAsync(TableKeys.MembersOfPartition(member.Account), id, cancellationToken);
        await DeleteAsync(TableKeys.MembersAllPartition, id, cancellationToken);
    }

    public Task<Versioned<Invitation>?> FindInvitationAsync(string id, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.InvitationsPartition, id, Read<Invitation>, cancellationToken);

    public async Task<Page<Versioned<Invitation>>> ListInvitationsAsync(
        string? account, int limit, string? continuation, CancellationToken cancellationToken)
    {
        string? only = account is null ? null : TableClient.CreateQueryFilter($"Account eq {account}");
        var (rows, next) = await Table.PageAsync(TableKeys.InvitationsPartition, only, limit, continuation, cancellationToken);
        return new Page<Versioned<Invitation>>(
            [.. rows.Select(row => new Versioned<Invitation>(Read<Invitation>(row), row.ETag.ToString()))], next);
    }

    public Task<bool> AddInvitationAsync(Invitation invitation, CancellationToken cancellationToken) =>
        Table.TryAddAsync(Row(invitation), cancellationToken);

    public Task<bool> ReplaceInvitationAsync(Invitation invitation, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(invitation), etag, cancellationToken);

    public Task DeleteInvitationAsync(string id, CancellationToken cancellationToken) =>
        DeleteAsync(TableKeys.InvitationsPartition, id, cancellationToken);

    /// <summary>Before the record, so that no member is missing in a list.</summary>
    private async Task ListedAsync(MemberRecord member, CancellationToken cancellationToken)
    {
        await Table.TryAddAsync(new TableEntity(TableKeys.MembersAllPartition, member.Id), cancellationToken);
        await Table.TryAddAsync(new TableEntity(TableKeys.MembersOfPartition(member.Account), member.Id), cancellationToken);
    }

    private Task DeleteAsync(string partition, string row, CancellationToken cancellationToken) => !TableKeys.CanBeKey(row)
        ? Task.CompletedTask
        : StorageCall.RunAsync(() => Table.DeleteEntityAsync(partition, row, Azure.ETag.All, cancellationToken), cancellationToken);

    private static TableEntity Row(MemberRecord member) => new(TableKeys.MembersPartition(member.Id), member.Id)
    {
        [Content] = JsonSerializer.Serialize(member, ConfigurationJson.TypeOf<MemberRecord>()),
    };

    private static TableEntity Row(Invitation invitation) => new(TableKeys.InvitationsPartition, invitation.Id)
    {
        [Account] = invitation.Account,
        [Content] = JsonSerializer.Serialize(invitation, ConfigurationJson.TypeOf<Invitation>()),
    };

    private static T Read<T>(TableEntity row) =>
        JsonSerializer.Deserialize(row.GetString(Content), ConfigurationJson.TypeOf<T>())
        ?? throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.Members} can't be read.");
}
