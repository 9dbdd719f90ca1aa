namespace AigneHub.Core.Routing;

/// <summary>A name that stands for one or more models.</summary>
public sealed record ModelAlias
{
    /// <summary>What callers write: no <c>/</c>, at most 64 characters.</summary>
    public required string Name { get; init; }

    public RoutePolicy Policy { get; init; }

    /// <summary>
    /// A conversation stays with the target and the credential that served its beginning, so that vendors' prompt caches hit.
    /// </summary>
    public bool SessionAffinity { get; init; }

    public required IReadOnlyList<AliasTarget> Targets { get; init; }

    /// <summary>Models (<c>provider/model</c>, bare names; no aliases) tried when every target has failed, in order.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];
}

/// <summary>One model of an alias.</summary>
public sealed record AliasTarget
{
    /// <summary><c>provider/model</c> or a bare name; no alias.</summary>
    public required string Model { get; init; }

    /// <summary>0 to 1000; 0: never chosen first, only when the others of its tier have failed.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Lower tiers first: provisioned throughput 0, spill-over 1.</summary>
    public int Tier { get; init; }

    public RouteCondition? When { get; init; }
}
