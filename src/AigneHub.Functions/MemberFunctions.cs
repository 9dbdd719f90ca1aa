using AigneHub.Gateway.Management.Members;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Who calls, members, invitations.</summary>
public sealed class MemberFunctions(MemberEndpoints members, InvitationEndpoints invitations)
{
    [Function(nameof(Me))]
    public Task Me(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me")] HttpRequest request,
        CancellationToken cancellationToken) => members.MeAsync(request, cancellationToken);

    [Function(nameof(ListMembers))]
    public Task ListMembers(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/members")] HttpRequest request,
        CancellationToken cancellationToken) => members.ListAsync(request, cancellationToken);

    [Function(nameof(CreateMember))]
    public Task CreateMember(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/members")] HttpRequest request,
        CancellationToken cancellationToken) => members.CreateAsync(request, cancellationToken);

    [Function(nameof(GetMember))]
    public Task GetMember(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/members/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => members.GetAsync(request, id, cancellationToken);

    [Function(nameof(UpdateMember))]
    public Task UpdateMember(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/members/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => members.UpdateAsync(request, id, cancellationToken);

    [Function(nameof(DeleteMember))]
    public Task DeleteMember(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/members/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => members.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(ListInvitations))]
    public Task ListInvitations(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/invitations")] HttpRequest request,
        CancellationToken cancellationToken) => invitations.ListAsync(request, cancellationToken);

    [Function(nameof(CreateInvitation))]
    public Task CreateInvitation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/invitations")] HttpRequest request,
        CancellationToken cancellationToken) => invitations.CreateAsync(request, cancellationToken);

    [Function(nameof(DeleteInvitation))]
    public Task DeleteInvitation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/invitations/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => invitations.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(AcceptInvitation))]
    public Task AcceptInvitation(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/invitations/accept")] HttpRequest request,
        CancellationToken cancellationToken) => invitations.AcceptAsync(request, cancellationToken);
}
