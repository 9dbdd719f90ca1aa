using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using AigneHub.Translation;
using AigneHub.Translation.Gemini;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>OpenAI's audio by Gemini, for callers and vendors that send what is no text, or nothing.</summary>
public sealed class GeminiAudioTests
{
    private const string Blocked = """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""";
    private const string Filtered = """{"candidates":[{"finishReason":"SAFETY","finishMessage":"Unsafe."}]}""";
    private const string Silent = """{"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}]}""";

    [Theory]
    [InlineData("""{"input":"\ud800","voice":"Kore","response_format":"wav"}""")]
    [InlineData("""{"input":"x","voice":"\udc00","response_format":"wav"}""")]
    public void Speech_HalfASurrogatePair_IsTheCallersFault(string request)
    {
        var (payload, error) = GeminiSpeech.WriteRequest(Json(request), new Warnings());

        Assert.Null(payload);
        Assert.Equal((400, "input"), (error!.Status, error.Param));
    }

    [Fact]
    public void MemberWithAnUnusualName_IsDroppedWithoutIt()
    {
        var warnings = new Warnings();
        Assert.Null(GeminiSpeech.WriteRequest(Json("""{"input":"x","voice":"Kore","response_format":"wav","Gr\u00f6\u00dfe":1}"""), warnings).Error);
        Assert.Equal(["a member with an unusual name"], warnings.Dropped);

        warnings = new Warnings();
        Assert.Null(GeminiTranscription.WriteRequest(
            Json("""{"include[]":"x","Gr\u00f6\u00dfe":"1"}"""), (ReadOnlyMemory<byte>)new byte[1], "a.wav", null, translate: false, warnings).Error);
        Assert.Equal(["include", "a member with an unusual name"], warnings.Dropped);
    }

    [Fact]
    public void Transcript_HalfASurrogatePair_IsMended() => Assert.Equal(
        "a\uFFFD\n",
        Encoding.UTF8.GetString(GeminiTranscription.WriteAnswer(
            Json("""{"response_format":"text"}"""), Json("""{"candidates":[{"content":{"parts":[{"text":"a\ud83d"}]}}]}"""), null)!.Value.Bytes.Span));

    [Fact]
    public void Speech_BesideTextThatIsNone_IsWhole()
    {
        const string answer = """{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/L16;rate=16000","data":"AAEC"}},{"text":"\ud83d"},{"inlineData":{"mimeType":"audio/L16;rate=16000","data":"Aw=="}}]}}]}""";

        var written = GeminiSpeech.WriteAnswer(Json("""{"response_format":"wav"}"""), Json(answer))!.Value;

        Assert.Equal(("audio/wav", 48, 4), (written.ContentType, written.Bytes.Length, BinaryPrimitives.ReadInt32LittleEndian(written.Bytes.Span[40..])));
        Assert.Equal(new byte[] { 0, 1, 2, 3 }, written.Bytes[44..].ToArray());
    }

    [Theory]
    [InlineData(Blocked, "The prompt was refused (PROHIBITED_CONTENT).")]
    [InlineData(Filtered, "Unsafe.")]
    [InlineData(Silent, "The model has answered without audio.")]
    [InlineData("""{"candidates":[{"finishReason":"OTHER"}]}""", "The answer was refused (OTHER).")]
    [InlineData("""{"candidates":[{"finishReason":"OTHER","finishMessage":"\ud83d"}]}""", "\uFFFD")]
    public void AnswerWithNothingInIt_IsARefusal(string answer, string reason)
    {
        Assert.Null(GeminiSpeech.WriteAnswer(Json("""{"response_format":"wav"}"""), Json(answer)));
        Assert.Null(GeminiTranscription.WriteAnswer(Json("{}"), Json(answer), null));
        Assert.Equal(reason, GeminiSpeech.RefusalIn(Json(answer)));
        Assert.Equal(reason.Replace("audio", "text", StringComparison.Ordinal), GeminiTranscription.RefusalIn(Json(answer)));
    }

    private static JsonElement Json(string body) => JsonDocument.Parse(body).RootElement;
}
