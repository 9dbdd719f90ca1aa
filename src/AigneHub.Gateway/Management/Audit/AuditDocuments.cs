using System.Text.Json;
using AigneHub.Core.Audit;

namespace AigneHub.Gateway.Management.Audit;

/// <param name="Id">The request's, as its answer had it in <c>x-request-id</c>.</param>
/// <param name="Action">The function's name.</param>
/// <param name="TargetId">Absent: not known, or there is one of the kind alone.</param>
/// <param name="Status">HTTP status; absent while unfinished.</param>
/// <param name="Before">The thing as the API showed it, without secrets; where it was too long, <c>{"tooLong":characters}</c>.</param>
internal sealed record AuditEntryDocument(
    string Id, DateTimeOffset At, AuditActor Actor, string? Address, string Method, string Action, string Target, string? TargetId,
    AuditOutcome Outcome, int? Status, string? Error, string? Reason, DateTimeOffset? EndedAt, JsonElement? Before = null,
    JsonElement? After = null)
{
    public static AuditEntryDocument Of(AuditEntry entry) => new(
        entry.Id.ToString("N"), entry.At, entry.Actor, entry.Address, entry.Method, entry.Action, entry.Target, entry.TargetId,
        entry.Outcome, entry.Status, entry.Error, entry.Reason, entry.EndedAt, Json(entry.Before), Json(entry.After));

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}

internal sealed record AuditPage(IReadOnlyList<AuditEntryDocument> Items, string? Continuation);
