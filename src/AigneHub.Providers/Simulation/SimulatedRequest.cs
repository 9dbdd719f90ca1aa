namespace AigneHub.Providers.Simulation;

/// <summary>A chat request as far as the simulated provider understands it.</summary>
internal sealed record SimulatedRequest
{
    public required SimulatedModel Model { get; init; }

    public required bool Stream { get; init; }

    public required bool IncludeUsage { get; init; }

    /// <summary>The client's limit of output tokens; null when it set none.</summary>
    public required int? OutputMax { get; init; }

    /// <summary>How long the answer would be without a limit.</summary>
    public required int Tokens { get; init; }

    public required TimeSpan TokenPause { get; init; }

    public required TimeSpan FirstTokenPause { get; init; }

    /// <summary>The tool to call; null when the answer is text.</summary>
    public required SimulatedToolCall? ToolCall { get; init; }
}
