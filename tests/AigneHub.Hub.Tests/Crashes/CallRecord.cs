using System.Diagnostics;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>What the client itself knows of one call.</summary>
internal sealed class CallRecord
{
    /// <summary>As <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public required long StartedAt { get; init; }

    /// <summary>Known as soon as the answer's headers are there.</summary>
    public string? RequestId { get; set; }

    /// <summary>The answer's HTTP status; 0 when none came.</summary>
    public int Status { get; set; }

    /// <summary>When the answer had come to its proper end; null when it never did.</summary>
    public long? FinishedAt { get; set; }

    /// <summary>When nothing more was to come, whatever the reason.</summary>
    public long EndedAt { get; set; }

    /// <summary>Prompt tokens; null when the answer did not say.</summary>
    public long? Input { get; set; }

    /// <summary>Output tokens, as the answer says or as the stream's pieces count.</summary>
    public long Output { get; set; }

    /// <summary>The code of a refusal.</summary>
    public string? ErrorCode { get; set; }

    public bool HasRetryAfter { get; set; }

    /// <summary>How the connection broke.</summary>
    public Exception? Broken { get; set; }

    public bool Finished => FinishedAt is not null;

    public TimeSpan Took => Stopwatch.GetElapsedTime(StartedAt, EndedAt);
}
