namespace AigneHub.Core.Keys;

/// <summary>Whether one key may do no more than another.</summary>
public static class KeyRights
{
    /// <summary>
    /// Null when <paramref name="made"/> may do nothing that <paramref name="own"/> may not; else what, and the field's name.
    /// </summary>
    public static (string Message, string Param)? WhatIsMore(KeyRecord own, KeyRecord made) =>
        !ModelPatterns.Covers(own.Models, made.Models)
            ? ("'models' must name models, or prefixes of models, that the calling key may call itself.", "models")
        : !ModelPatterns.DenyAll(made.ModelsDenied, own.ModelsDenied)
            ? ("'modelsDenied' must name all that is denied to the calling key.", "modelsDenied")
        : own.Scopes.Count > 0 && (made.Scopes.Count == 0 || made.Scopes.Except(own.Scopes).Any())
            ? ("'scopes' must be some of those of the calling key.", "scopes")
        : own.IpRanges.Count > 0
            && (made.IpRanges.Count == 0 || !made.IpRanges.All(range => own.IpRanges.Any(outer => outer.Contains(range))))
            ? ("'ipRanges' must lie within those of the calling key.", "ipRanges")
        : own.ExpiresAt is { } end && !(made.ExpiresAt <= end)
            ? ("'expiresAt' must not be later than the calling key's.", "expiresAt")
        : made.Tags.Except(own.Tags, StringComparer.OrdinalIgnoreCase).Any()
            ? ("'tags' must be some of those of the calling key.", "tags")
        : null;
}
