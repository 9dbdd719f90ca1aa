namespace AigneHub.Core.Jobs;

/// <summary>As OpenAI names it (https://platform.openai.com/docs/api-reference/videos/object). The names are stored.</summary>
public enum VideoStatus
{
    Queued,
    InProgress,
    Completed,
    Failed,
}
