using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Members;

/// <summary>
/// <c>/api/admin/accounts/{id}/export</c> and <c>DELETE /api/admin/accounts/{id}</c>: what is stored of an account, to hand out, and the
/// end of what of it tells of persons.
/// </summary>
public sealed class AccountRemovalEndpoints(
    ManagementHandler handler, IOwnerStore owners, IMemberStore members, IKeyStore keys, KeyCalls ownKeys,
    LastOwner lastOwner, LedgerReader ledger, KeyAuthenticator authenticator, IHubSnapshots snapshots, TimeProvider time)
{
    private const string DeletedName = "Deleted";
    private const int PageSize = 200;
    private const int FlushBytes = 64 * 1024;
    private const int TriesMax = 3;

    /// <summary>At once on an instance: each may read for minutes.</summary>
    internal const int ExportsMax = 3;

    private static readonly TimeSpan ExportPause = TimeSpan.FromSeconds(10);
    private int _exports;

    /// <summary>
    /// GET: one JSON document, written as it is read: record, members, invitations, keys without secrets, movements of the purse, and
    /// where to read the calls.
    /// </summary>
    public Task ExportAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(
        request, ManagementRoutes.ExportAccount, id, async call =>
        {
            try
            {
                return Interlocked.Increment(ref _exports) > ExportsMax ? TooManyExports() : await ExportAsync(call, id);
            }
            finally
            {
                Interlocked.Decrement(ref _exports);
            }
        }, cancellationToken);

    /// <summary>DELETE of a closed account; may be repeated.</summary>
    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeleteAccount, id, call => DeleteAsync(call, id), cancellationToken);

    private async Task<HubError?> ExportAsync(ManagementCall call, string id)
    {
        var cancellationToken = call.CancellationToken;
        if (await owners.FindAsync(OwnerKind.Account, id, cancellationToken) is not { Value: var account })
        {
            return NotFound();
        }

        var response = call.Request.HttpContext.Response;
        response.ContentType = "application/json";
        // Into the pipe: a writer over the body itself would flush it, synchronously, with every value.
        await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("exportedAt", time.GetUtcNow());
        json.WritePropertyName("account");
        JsonSerializer.Serialize(json, OwnerDocument.Of(account, snapshots.Current.Mode), ManagementJson.Default.OwnerDocument);
        await WriteAsync(
            response.BodyWriter, json, "members", MemberWalk.OfAsync(members, id, cancellationToken),
            member => JsonSerializer.Serialize(json, MemberDocument.Of(member), ManagementJson.Default.MemberDocument));
        await WriteAsync(
            response.BodyWriter, json, "invitations", InvitationsOfAsync(id, cancellationToken),
            one => JsonSerializer.Serialize(json, InvitationDocument.Of(one), ManagementJson.Default.InvitationDocument));
        await WriteAsync(
            response.BodyWriter, json, "keys", keys.ListOfAccountAsync(id, cancellationToken),
            key => JsonSerializer.Serialize(json, KeyDocument.Of(key, time.GetUtcNow()), ManagementJson.Default.KeyDocument));
        await WriteAsync(
            response.BodyWriter, json, "movements", ledger.WalkMovementsAsync(PurseId.OfAccount(id), cancellationToken),
            one => JsonSerializer.Serialize(json, MovementItem.Of(one), ManagementJson.Default.MovementItem));
        json.WriteString("statement", $"/api/admin/accounts/{id}/statement");
        json.WriteString("ledger", $"/api/admin/accounts/{id}/ledger");
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

    private async Task<HubError?> DeleteAsync(ManagementCall call, string id)
    {
        var cancellationToken = call.CancellationToken;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await owners.FindAsync(OwnerKind.Account, id, cancellationToken) is not { } found)
            {
                return NotFound();
            }

            if (found.Value.Status is not (OwnerStatus.Closed or OwnerStatus.Deleted))
            {
                return new HubError(
                    409, "account_not_closed", Blame.Caller,
                    "Close the account first (PATCH with \"status\": \"closed\"): deleting what tells of persons can't be undone.");
            }

            var error = await lastOwner.CheckAsync(id, cancellationToken);
            if (error is not null)
            {
                return error;
            }

            // The record first: from here on nobody opens the account again.
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
                error = await RemovePersonsAsync(id, cancellationToken);
                authenticator.Forget();
                if (error is not null)
                {
                    return error;
                }

                call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
                return null;
            }
        }

        return new HubError(409, "conflict", Blame.Caller, "The account is being changed by others at the moment. Repeat the request.");
    }

    private async Task<HubError?> RemovePersonsAsync(string account, CancellationToken cancellationToken)
    {
        await foreach (var member in MemberWalk.OfAsync(members, account, cancellationToken))
        {
            // Of other accounts that it was in: who signs in again becomes a member of the same id.
            if (await ownKeys.RevokeOwnAsync(member.Id, cancellationToken) is { } error)
            {
                return error;
            }

            await members.DeleteAsync(member.Id, cancellationToken);
        }

        await foreach (var invitation in InvitationsOfAsync(account, cancellationToken))
        {
            await members.DeleteInvitationAsync(invitation.Id, cancellationToken);
        }

        await foreach (var key in keys.ListOfAccountAsync(account, cancellationToken))
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

    private async IAsyncEnumerable<Invitation> InvitationsOfAsync(
        string account, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await members.ListInvitationsAsync(account, PageSize, continuation, cancellationToken);
            foreach (var invitation in page.Items)
            {
                yield return invitation.Value;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private static HubError TooManyExports() => new(
        503, "too_many_exports", Blame.Hub, $"{ExportsMax} exports run on this instance at the moment. Repeat the request later.",
        RetryAfter: ExportPause);

    private static HubError NotFound() => Problem.NotFound("There is no account with this id.", "account_not_found");
}
