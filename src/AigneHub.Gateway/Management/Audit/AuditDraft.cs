using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AigneHub.Core.Audit;

namespace AigneHub.Gateway.Management.Audit;

/// <summary>What is known of a changing call so far, beyond its intent.</summary>
internal sealed class AuditDraft(AuditEntry intent)
{
    private static readonly string[] Ids = ["id", "name", "model"];
    private string? _before;
    private JsonObject? _after;
    private string? _reason;
    private bool _isDryRun;
    private bool _isPartly;

    public AuditEntry Intent => intent;

    /// <exception cref="InvalidOperationException"><see cref="AuditedDocuments"/> doesn't know it.</exception>
    public void Before<T>(T document, JsonTypeInfo<T> type) => _before = AuditedDocuments.Of(document, type)?.ToJsonString()
        ?? throw new InvalidOperationException($"{typeof(T)} is no audited document.");

    /// <summary>The last one counts; documents that are not audited don't.</summary>
    public void After<T>(T document, JsonTypeInfo<T> type) => _after = AuditedDocuments.Of(document, type) ?? _after;

    /// <summary>Nothing is changed, whatever the outcome.</summary>
    public void DryRun() => _isDryRun = true;

    /// <summary>Of several changes these were made, and then no more: the call has failed, whatever its answer.</summary>
    public void Partly<T>(T document, JsonTypeInfo<T> type)
    {
        After(document, type);
        _isPartly = true;
    }

    public void Because(string? reason) => _reason = reason;

    public AuditEntry End(AuditOutcome outcome, int status, string? error, DateTimeOffset at)
    {
        var after = outcome == AuditOutcome.Done || _isPartly ? _after : null;
        if (_isDryRun && outcome == AuditOutcome.Done)
        {
            after ??= [];
            after["dryRun"] = true;
        }

        return intent with
        {
            TargetId = intent.TargetId ?? IdOf(_after),
            Outcome = _isPartly ? AuditOutcome.Failed : outcome,
            Status = status,
            Error = error,
            Reason = _reason,
            EndedAt = at,
            Before = _before,
            After = after?.ToJsonString(),
        };
    }

    /// <summary>Of what was created.</summary>
    private static string? IdOf(JsonObject? document) =>
        Ids.Select(name => document?[name]).OfType<JsonValue>().FirstOrDefault()?.ToString();
}
