using System.Diagnostics.CodeAnalysis;

namespace AigneHub.Core.Routing.Health;

/// <summary>What to do next: call a target with a credential, or stop.</summary>
public readonly record struct AttemptStep
{
    /// <summary>Null: there is nothing left to try.</summary>
    public RouteTarget? Target { get; init; }

    public CredentialEntry? Credential { get; init; }

    /// <summary>To wait before the call; nearly always zero.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What to tell the caller when nothing was tried at all; after an attempt, the last one's error stands.</summary>
    public HubError? Error { get; init; }

    /// <summary>With nothing left: when something will be usable again (at least 1 s); null when something is already.</summary>
    public TimeSpan? RetryAfter { get; init; }

    [MemberNotNullWhen(true, nameof(Target), nameof(Credential))]
    public bool HasTarget => Target is not null;
}
