namespace AigneHub.Hub.Tests.Faults;

internal enum CallKind
{
    Json,
    Stream,
}

/// <summary>The limits of the hub that a case runs on.</summary>
internal enum Pace
{
    /// <summary>None is ever reached.</summary>
    Patient,

    /// <summary>Gives up in silence soon.</summary>
    AgainstSilence,

    /// <summary>Calls must end soon.</summary>
    AgainstEndlessness,
}

/// <summary>One way in which an upstream fails (or only behaves oddly).</summary>
/// <param name="Group">A heading of the table.</param>
/// <param name="Fault">What the vendor does.</param>
internal sealed record FaultCase(string Group, string Fault, CallKind Call, Script? Script = null)
{
    /// <summary>The provider called: <c>openai</c> runs <see cref="Script"/>, the others fail by themselves.</summary>
    public string Provider { get; init; } = "openai";

    /// <summary>Set: the call names no provider; OpenRouter runs this script when the first provider has failed.</summary>
    public Script? Second { get; init; }

    public Pace Pace { get; init; }

    /// <summary>False: the script runs as soon as the request's first bytes are there, and leaves the rest unread.</summary>
    public bool ReadsBody { get; init; } = true;

    /// <summary>Bytes added to the request.</summary>
    public int Padding { get; init; }

    /// <summary>Further members of the request.</summary>
    public string Members { get; init; } = "";

    /// <summary>What this machine lacks for the case; null when it can run.</summary>
    public string? NotRun { get; init; }

    /// <summary>Identifies the case in the request and in the table.</summary>
    public string Key => $"{Group}/{Fault}/{Call}";
}
