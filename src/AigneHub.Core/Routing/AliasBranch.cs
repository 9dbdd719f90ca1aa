namespace AigneHub.Core.Routing;

/// <summary>One target of an alias with the places where its model is served, by rank.</summary>
internal sealed record AliasBranch(AliasTarget Target, RouteTarget[] Routes);
