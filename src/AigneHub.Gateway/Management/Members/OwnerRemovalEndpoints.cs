using System.IO.Pipelines;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Members;

/// <summary>
/// <c>GET /api/admin/{accounts|teams|projects}/{id}/export</c> and <c>DELETE</c> of what is closed: what is stored of it, to hand out,
/// and the end of what of it tells of persons.
/// </summary>
public sealed class OwnerRemovalEndpoints(
    ManagementHandler handler, IOwnerStore owners, IMemberStore members, IKeyStore keys, KeyCalls keyCalls, LastOwner lastOwner,
    LedgerReader ledger, PurseReader purses, KeyAuthenticator authenticator, IHubSnapshots snapshots, TimeProvider time)
{
    private const string DeletedName = "Deleted";
    private const string CloseFirst =
        "Close it first (PATCH with \"status\": \"closed\"): deleting what tells of persons can't be undone.";

    private const int FlushBytes = 64 * 1024;
    private const int TriesMax = 3;

    /// <summary>At once on an instance: each may read for minutes.</summary>
    internal const int ExportsMax = 3;

    private static readonly TimeSpan ExportPause = TimeSpan.FromSeconds(10);
    private int _exports;

    /// <summary>
    /// GET: one JSON document, written as it is read: record, members, invitations, keys without secrets, state and movements of the
    /// purse, and where to read the calls.
    /// </summary>
    public Task ExportAsync(
        HttpRequest request, ManagementRoute route, OwnerKind kind, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(
        request, route, id, async call =>
        {
            try
            {
                return Interlocked.Increment(ref _exports) > ExportsMax ? TooManyExports() : await ExportAsync(call, kind, id);
            }
            finally
            {
                Interlocked.Decrement(ref _exports);
            }
        }, cancellationToken);

    /// <summary>DELETE of what is closed; may be repeated.</summary>
    public Task DeleteAsync(
        HttpRequest request, ManagementRoute route, OwnerKind kind, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, route, id, call => DeleteAsync(call, kind, id), cancellationToken);

    private async Task<HubError?> ExportAsync(ManagementCall call, OwnerKind kind, string id)
    {
        var cancellationToken = call.CancellationToken;
        if (await owners.FindAsync(kind, id, cancellationToken) is not { Value: var owner })
        {
            return NotFound(kind);
        }

        var purse = PurseNames.Of(kind, id);
        var mode = snapshots.Current.Mode;
        // Before the answer begins: it can fail while much waits to be folded.
        var state = await purses.ReadAsync(purse, cancellationToken);

        var response = call.Request.HttpContext.Response;
        response.ContentType = "application/json";
        // Into the pipe: a writer over the body itself would flush it, synchronously, with every value.
        await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("exportedAt", time.GetUtcNow());
        json.WritePropertyName(EnumWord<OwnerKind>.Of(kind));
        JsonSerializer.Serialize(json, OwnerDocument.Of(owner, mode), ManagementJson.Default.OwnerDocument);
        await WriteAsync(
            response.BodyWriter, json, "members", OwnerParts.MembersAsync(members, kind, id, cancellationToken),
            member => JsonSerializer.Serialize(json, MemberDocument.Of(member), ManagementJson.Default.MemberDocument));
        await WriteAsync(
            response.BodyWriter, json, "invitations", OwnerParts.InvitationsAsync(members, kind, id, cancellationToken),
            one => JsonSerializer.Serialize(json, InvitationDocument.Of(one), ManagementJson.Default.InvitationDocument));
        await WriteAsync(
            response.BodyWriter, json, "keys", keys.ListOfAsync(kind, id, cancellationToken),
            key => JsonSerializer.Serialize(json, KeyDocument.Of(key, time.GetUtcNow()), ManagementJson.Default.KeyDocument));
        json.WritePropertyName("balance");
        JsonSerializer.Serialize(json, BalanceDocument.Of(purse, state, Units.Name(mode)), ManagementJson.Default.BalanceDocument);
        await WriteAsync(
            response.BodyWriter, json, "movements", ledger.WalkMovementsAsync(purse, cancellationToken),
            one => JsonSerializer.Serialize(json, MovementItem.Of(one), ManagementJson.Default.MovementItem));
        if (kind == OwnerKind.Account)
        {
            json.WriteString("statement", $"/api/admin/accounts/{id}/statement");
            json.WriteString("ledger", $"/api/admin/accounts/{id}/ledger");
        }
        else
        {
            json.WriteString("usage", $"/api/admin/usage?groupBy={EnumWord<OwnerKind>.Of(kind)}");
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
        return null;
    }

    private static async Task WriteAsync<T>(
        PipeWriter body, Utf8JsonWriter json, string name, IAsyncEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        await foreach (var item in items)
        {
            write(item);
            if (body.UnflushedBytes > FlushBytes)
            {
                await body.FlushAsync();
            }
        }

        json.WriteEndArray();
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call, OwnerKind kind, string id)
    {
        var cancellationToken = call.CancellationToken;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await owners.FindAsync(kind, id, cancellationToken) is not { } found)
            {
                return NotFound(kind);
            }

            if (found.Value.Status is not (OwnerStatus.Closed or OwnerStatus.Deleted))
            {
                return NotClosed(kind);
            }

            var error = kind == OwnerKind.Account ? await lastOwner.CheckAsync(id, cancellationToken) : null;
            if (error is not null)
            {
                return error;
            }

            // The record first: from here on nobody opens it again, and whatever names it is refused.
            var deleted = found.Value with
            {
                Name = DeletedName,
                Email = null,
                Status = OwnerStatus.Deleted,
                StatusReason = null,
            };
            call.Before(OwnerDocument.Of(found.Value, snapshots.Current.Mode), ManagementJson.Default.OwnerDocument);
            if (await owners.ReplaceAsync(deleted, found.ETag, cancellationToken))
            {
                call.After(OwnerDocument.Of(deleted, snapshots.Current.Mode), ManagementJson.Default.OwnerDocument);
                error = kind == OwnerKind.Account
                    ? await RemovePersonsAsync(id, cancellationToken)
                    : await EndAccessAsync(kind, id, cancellationToken);
                authenticator.Forget();
                if (error is not null)
                {
                    return error;
                }

                call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
                return null;
            }
        }

        return new HubError(
            409, "conflict", Blame.Caller,
            $"The {EnumWord<OwnerKind>.Of(kind)} is being changed by others at the moment. Repeat the request.");
    }

    private async Task<HubError?> RemovePersonsAsync(string account, CancellationToken cancellationToken)
    {
        await foreach (var member in OwnerParts.MembersAsync(members, OwnerKind.Account, account, cancellationToken))
        {
            // Of other accounts that it was in: who signs in again becomes a member of the same id.
            if (await keyCalls.RevokeOwnAsync(member.Id, cancellationToken) is { } error)
            {
                return error;
            }

            await members.DeleteAsync(member.Id, cancellationToken);
        }

        await RemoveInvitationsAsync(OwnerKind.Account, account, cancellationToken);
        await foreach (var key in keys.ListOfAsync(OwnerKind.Account, account, cancellationToken))
        {
            for (var tries = 0; tries < TriesMax && await keys.GetAsync(key.Id, cancellationToken) is { } found; tries++)
            {
                var nameless = found.Value with { Name = DeletedName, RevokedAt = found.Value.RevokedAt ?? time.GetUtcNow() };
                if (await keys.UpdateAsync(nameless, found.ETag, cancellationToken))
                {
                    break;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Of a team or project: keys never leave it, and are of no use any more. Members and keys' names are their accounts'; who is in it is
    /// refused until he is put elsewhere.
    /// </summary>
    private async Task<HubError?> EndAccessAsync(OwnerKind kind, string id, CancellationToken cancellationToken)
    {
        await RemoveInvitationsAsync(kind, id, cancellationToken);
        return await keyCalls.RevokeAllAsync(keys.ListOfAsync(kind, id, cancellationToken), cancellationToken);
    }

    private async Task RemoveInvitationsAsync(OwnerKind kind, string id, CancellationToken cancellationToken)
    {
        await foreach (var invitation in OwnerParts.InvitationsAsync(members, kind, id, cancellationToken))
        {
            await members.DeleteInvitationAsync(invitation.Id, cancellationToken);
        }
    }

    private static HubError TooManyExports() => new(
        503, "too_many_exports", Blame.Hub, $"{ExportsMax} exports run on this instance at the moment. Repeat the request later.",
        RetryAfter: ExportPause);

    private static HubError NotClosed(OwnerKind kind) => kind switch
    {
        OwnerKind.Account => new HubError(409, "account_not_closed", Blame.Caller, CloseFirst),
        OwnerKind.Team => new HubError(409, "team_not_closed", Blame.Caller, CloseFirst),
        _ => new HubError(409, "project_not_closed", Blame.Caller, CloseFirst),
    };

    private static HubError NotFound(OwnerKind kind) =>
        Problem.NotFound($"There is no {EnumWord<OwnerKind>.Of(kind)} with this id.", $"{EnumWord<OwnerKind>.Of(kind)}_not_found");
}
