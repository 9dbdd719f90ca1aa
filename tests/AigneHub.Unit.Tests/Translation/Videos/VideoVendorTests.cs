using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Translation;
using AigneHub.Translation.Images;
using AigneHub.Translation.Videos;

namespace AigneHub.Unit.Tests.Translation.Videos;

/// <summary>What vendors say of videos, by their documentation and by whoever means ill.</summary>
public sealed class VideoVendorTests
{
    private const string Operation = "models/veo-3.1-generate-preview/operations/abc-1_2";

    [Theory]
    [InlineData("""{"prompt":"x"}""", "16:9", "720p", 8)]
    [InlineData("""{"prompt":"x","size":"720x1280","seconds":"4"}""", "9:16", "720p", 4)]
    [InlineData("""{"prompt":"x","size":"3840x2160","seconds":6}""", "16:9", "4k", 6)]
    public void Veo_Request_HasRatioResolutionAndLength(string request, string ratio, string resolution, int seconds)
    {
        var (error, json, dropped) = Write(request.Replace("}", ",\"style\":\"x\"}", StringComparison.Ordinal));

        Assert.Null(error);
        Assert.Equal(
            $$$"""{"instances":[{"prompt":"x"}],"parameters":{"sampleCount":1,"aspectRatio":"{{{ratio}}}","resolution":"{{{resolution}}}","durationSeconds":{{{seconds}}}}}""",
            json);
        Assert.Equal(["style"], dropped);
    }

    /// <summary>A header can't hold it, and would fail after the vendor has begun.</summary>
    [Theory]
    [InlineData("Gr\u00f6\u00dfe")]
    [InlineData("a\nb")]
    public void Veo_MemberWithAnUnusualName_IsDroppedWithoutIt(string name) => Assert.Equal(
        ["a member with an unusual name"], Write(JsonSerializer.Serialize(new Dictionary<string, string> { ["prompt"] = "x", [name] = "y" })).Dropped);

    [Theory]
    [InlineData("""{"prompt":"x","size":"1792x1024"}""", "size")]
    [InlineData("""{"prompt":"x","size":7}""", "size")]
    [InlineData("""{"prompt":"x","seconds":"0"}""", "seconds")]
    [InlineData("""{"prompt":"x","seconds":-4}""", "seconds")]
    [InlineData("""{"prompt":"x","seconds":4.5}""", "seconds")]
    [InlineData("""{"prompt":"x","seconds":[4]}""", "seconds")]
    [InlineData("""{"prompt":"\ud800"}""", "prompt")]
    [InlineData("""{"prompt":"x","input_reference":{"image_url":"https://internal/x.png"}}""", "input_reference")]
    public void Veo_WhatItCantDo_IsRefusedByItsName(string request, string param) => Assert.Equal(param, Write(request).Error!.Param);

    /// <summary>https://ai.google.dev/gemini-api/docs/video</summary>
    [Theory]
    [InlineData("""{"name":"NAME"}""", VideoStatus.InProgress, null, null)]
    [InlineData("""{"name":"NAME","done":false,"metadata":{}}""", VideoStatus.InProgress, null, null)]
    [InlineData("""{"name":"NAME","done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{"uri":"https://g/files/1:download?alt=media"}}]}}}""", VideoStatus.Completed, null, "https://g/files/1:download?alt=media")]
    [InlineData("""{"name":"NAME","done":true,"error":{"code":3,"message":"Unsafe."}}""", VideoStatus.Failed, "Unsafe.", null)]
    [InlineData("""{"name":"NAME","done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{"uri":"nowhere"}}]}}}""", VideoStatus.Failed, "no video", null)]
    [InlineData("""{"name":"NAME","done":true,"response":7}""", VideoStatus.Failed, "no video", null)]
    public void Veo_State_IsRead(string body, VideoStatus status, string? message, string? address)
    {
        var state = VideoVendors.Veo.ReadState(Json(body.Replace("NAME", Operation, StringComparison.Ordinal)))!;

        Assert.Equal((Operation, status, address), (state.VendorId, state.Status, state.Content?.AbsoluteUri));
        Assert.Contains(message ?? "", state.ErrorMessage ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Veo_AddressBeyondAllMeasure_IsNone()
    {
        const string body = """{"name":"NAME","done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{"uri":"https://g/LONG"}}]}}}""";
        var answer = body.Replace("NAME", Operation, StringComparison.Ordinal).Replace("LONG", new string('a', 5000), StringComparison.Ordinal);
        Assert.Equal(VideoStatus.Failed, VideoVendors.Veo.ReadState(Json(answer))!.Status);
    }

    [Theory]
    [InlineData("""{"id":"video_1","status":"queued","progress":0,"seconds":"8","size":"1280x720"}""", VideoStatus.Queued, 8)]
    [InlineData("""{"id":"video_1","status":"in_progress","progress":33,"seconds":12}""", VideoStatus.InProgress, 12)]
    [InlineData("""{"id":"video_1","status":"completed","progress":"all","seconds":"-8","expires_at":1712697600}""", VideoStatus.Completed, null)]
    [InlineData("""{"id":"video_1","status":"failed","error":{"code":"moderation_blocked","message":"no"}}""", VideoStatus.Failed, null)]
    [InlineData("""{"id":"video_1","status":"preprocessing","seconds":"0"}""", VideoStatus.InProgress, null)]
    [InlineData("""{"id":"video_1","status":"queued","seconds":0}""", VideoStatus.Queued, null)]
    public void OpenAi_State_IsRead(string body, VideoStatus status, int? seconds)
    {
        var state = VideoVendors.OpenAi.ReadState(Json(body))!;

        Assert.Equal(("video_1", status, seconds), (state.VendorId, state.Status, state.Seconds));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"id":"video_1"}""")]
    [InlineData("""{"id":"video_1","status":7}""")]
    [InlineData("""{"id":"../../models","status":"queued"}""")]
    [InlineData("""{"id":"a?b","status":"queued"}""")]
    [InlineData("""{"name":"models/x/../../secret/operations/1"}""")]
    [InlineData("""{"name":"https://elsewhere/operations/1"}""")]
    [InlineData("""{"name":"models/x/operations/1?key=2"}""")]
    public void WhatIsNoVideo_IsNone(string body)
    {
        Assert.Null(VideoVendors.OpenAi.ReadState(Json(body)));
        Assert.Null(VideoVendors.Veo.ReadState(Json(body)));
    }

    [Theory]
    [InlineData("video_0190163d8694739b8a6d5f1c1a2b3c4d", true)]
    [InlineData("video_0190163d8694739b8a6d5f1c1a2b3c4", false)]
    [InlineData("video_{190163d8-694-739b-8a6d5f1c1a2b3}", false)]
    [InlineData("0190163d8694739b8a6d5f1c1a2b3c4d", false)]
    [InlineData("", false)]
    public void JobId_OfTheHub_IsACallsId(string id, bool isOne) => Assert.Equal(isOne, VideoJob.CallOf(id) is not null);

    private static (HubError? Error, string Json, IReadOnlyList<string> Dropped) Write(string body)
    {
        var (request, error) = VideoRequest.Read(Json(body));
        var warnings = new Warnings();
        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written))
        {
            error ??= VideoVendors.Veo.WriteRequest(request!, json, new FilePieces(), warnings);
        }

        return (error, Encoding.UTF8.GetString(written.WrittenSpan), warnings.Dropped);
    }

    private static JsonElement Json(string body) => JsonDocument.Parse(body).RootElement;
}
