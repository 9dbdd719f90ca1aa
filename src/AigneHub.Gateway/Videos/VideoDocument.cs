using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AigneHub.Core.Jobs;

namespace AigneHub.Gateway.Videos;

/// <summary>A job as OpenAI's API has it (https://platform.openai.com/docs/api-reference/videos/object). The prompt is not kept.</summary>
internal static class VideoDocument
{
    public static ReadOnlyMemory<byte> Of(VideoJob job)
    {
        var written = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(written))
        {
            Write(json, job);
        }

        return written.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> OfList(IReadOnlyList<VideoJob> jobs, bool hasMore)
    {
        var written = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var job in jobs)
            {
                Write(json, job);
            }

            json.WriteEndArray();
            json.WriteString("first_id", jobs.Count > 0 ? jobs[0].Id : null);
            json.WriteString("last_id", jobs.Count > 0 ? jobs[^1].Id : null);
            json.WriteBoolean("has_more", hasMore);
            json.WriteEndObject();
        }

        return written.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> OfDeleted(VideoJob job)
    {
        var written = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            json.WriteString("id", job.Id);
            json.WriteString("object", "video.deleted");
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        }

        return written.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, VideoJob job)
    {
        json.WriteStartObject();
        json.WriteString("id", job.Id);
        json.WriteString("object", "video");
        json.WriteString("model", $"{job.Provider}/{job.Model}");
        json.WriteString("status", job.Status switch
        {
            VideoStatus.Queued => "queued",
            VideoStatus.InProgress => "in_progress",
            VideoStatus.Completed => "completed",
            _ => "failed",
        });
        json.WriteNumber("progress", job.Progress);
        json.WriteNumber("created_at", job.CreatedAt.ToUnixTimeSeconds());
        WriteMoment(json, "completed_at", job.CompletedAt);
        WriteMoment(json, "expires_at", job.ExpiresAt);
        json.WriteString("seconds", job.Seconds.ToString(CultureInfo.InvariantCulture));
        json.WriteString("size", job.Size);
        json.WriteNull("prompt");
        json.WriteNull("remixed_from_video_id");
        if (job.Status == VideoStatus.Failed)
        {
            json.WriteStartObject("error");
            json.WriteString("code", job.ErrorCode ?? "video_generation_failed");
            json.WriteString("message", job.ErrorMessage ?? "The provider made no video and gave no reason.");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("error");
        }

        json.WriteEndObject();
    }

    private static void WriteMoment(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } known)
        {
            json.WriteNumber(name, known.ToUnixTimeSeconds());
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
