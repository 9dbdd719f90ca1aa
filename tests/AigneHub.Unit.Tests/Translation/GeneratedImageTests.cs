using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>
/// Images that a model makes (<see href="https://ai.google.dev/gemini-api/docs/image-generation"/>): carried by every API that has a
/// place for them, told of by Anthropic's, which has none.
/// </summary>
public class GeneratedImageTests
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUg==";

    private const string Answer =
        """
        {"responseId":"r","candidates":[{"content":{"role":"model","parts":[{"text":"Here: "},
          {"inlineData":{"mimeType":"image/png","data":"DRAFT"},"thought":true},
          {"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgoAAAANSUhEUg=="},"thoughtSignature":"SIG"}]},"finishReason":"STOP"}]}
        """;

    [Theory]
    [InlineData(ModelApi.OpenAiChat, true)]
    [InlineData(ModelApi.OpenAiChat, false)]
    [InlineData(ModelApi.OpenAiResponses, true)]
    [InlineData(ModelApi.OpenAiResponses, false)]
    [InlineData(ModelApi.GeminiGenerateContent, true)]
    [InlineData(ModelApi.GeminiGenerateContent, false)]
    public void Answer_Image_IsCarriedAndComesBack(ModelApi api, bool streamed)
    {
        var front = ChatFormats.Front(api);
        var written = Written(front, streamed);

        Assert.Contains(Png, written, StringComparison.Ordinal);
        Assert.Contains("Here: ", written, StringComparison.Ordinal);
        Assert.DoesNotContain("DRAFT", written, StringComparison.Ordinal);
        if (!streamed)
        {
            var said = Translating.Json(written);
            var turn = api switch
            {
                ModelApi.OpenAiChat => $$"""{"messages":[{"role":"user","content":"x"},{{said.GetProperty("choices")[0].GetProperty("message")}}]}""",
                ModelApi.OpenAiResponses => $$"""{"input":{{said.GetProperty("output")}}}""",
                _ => $$"""{"contents":[{{said.GetProperty("candidates")[0].GetProperty("content")}}]}""",
            };
            var request = Translating.ReadRequest(front, turn);
            var sent = Translating.WriteRequest(GeminiFormat.Instance, request, "gemini-3-pro-image");
            var part = sent.GetProperty("contents").EnumerateArray().SelectMany(c => c.GetProperty("parts").EnumerateArray())
                .Single(p => p.TryGetProperty("inlineData", out _));
            Assert.True(JsonElement.DeepEquals(
                Translating.Json($$"""{"inlineData":{"mimeType":"image/png","data":"{{Png}}"},"thoughtSignature":"SIG"}"""), part));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answer_ImageForMessages_IsToldOf(bool streamed)
    {
        var written = Written(ChatFormats.Front(ModelApi.AnthropicMessages), streamed);

        Assert.Contains("made a file of the type image/png", written, StringComparison.Ordinal);
        Assert.DoesNotContain(Png, written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelApi.OpenAiChat, true)]
    [InlineData(ModelApi.OpenAiChat, false)]
    [InlineData(ModelApi.OpenAiResponses, true)]
    [InlineData(ModelApi.OpenAiResponses, false)]
    [InlineData(ModelApi.AnthropicMessages, true)]
    [InlineData(ModelApi.AnthropicMessages, false)]
    public void Answer_SoundOrAddress_IsToldOf(ModelApi api, bool streamed)
    {
        var written = Written(ChatFormats.Front(api), streamed, """
            {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/wav","data":"UklGRg=="}},
              {"fileData":{"mimeType":"video/mp4","fileUri":"https://example.com/v"}}]}}]}
            """);

        Assert.Contains("made a file of the type audio/wav", written, StringComparison.Ordinal);
        Assert.Contains("https://example.com/v", written, StringComparison.Ordinal);
    }

    /// <summary>As OpenRouter answers: https://openrouter.ai/docs/features/multimodal/image-generation</summary>
    [Fact]
    public void ChatVendor_Images_AreRead()
    {
        const string images = $$$"""[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Png}}}"}}]""";
        var vendor = ChatFormats.Vendor(ModelApi.OpenAiChat, null);
        var answer = vendor.ReadAnswer(Translating.Json($$$"""{"choices":[{"message":{"content":"Here","images":{{{images}}} }}]}"""))!;
        var events = Translating.ReadStream(vendor, [$$$"""{"choices":[{"delta":{"content":"Here","images":{{{images}}} }}]}"""]);

        Assert.Equal(Png, answer.Items.OfType<MessageItem>().SelectMany(m => m.Parts).OfType<MediaPart>().Single().Data);
        Assert.Equal(Png, events.OfType<ItemStarted>().Single(item => item.Kind == AnswerItemKind.Media).Media!.Data);
    }

    /// <summary>https://platform.openai.com/docs/guides/tools-image-generation</summary>
    [Fact]
    public void ResponsesVendor_ImageGenerationCall_IsRead()
    {
        const string call = $$"""{"type":"image_generation_call","id":"ig_1","status":"completed","result":"{{Png}}"}""";
        var vendor = ChatFormats.Vendor(ModelApi.OpenAiResponses, null);
        var answer = vendor.ReadAnswer(Translating.Json($$"""{"status":"completed","output":[{{call}}]}"""))!;
        var events = Translating.ReadStream(vendor, [$$"""{"type":"response.output_item.done","output_index":0,"item":{{call}}}"""]);

        Assert.Equal("image/png", answer.Items.OfType<MessageItem>().SelectMany(m => m.Parts).OfType<MediaPart>().Single().MediaType);
        Assert.Equal(Png, events.OfType<ItemStarted>().Single().Media!.Data);
    }

    [Theory]
    [InlineData(ModelApi.OpenAiChat)]
    [InlineData(ModelApi.OpenAiResponses)]
    [InlineData(ModelApi.AnthropicMessages)]
    [InlineData(ModelApi.BedrockConverse)]
    public void Request_ImageOfTheAssistant_IsRefusedWhereThereIsNoPlace(ModelApi api)
    {
        var request = new ChatRequest
        {
            Items =
            [
                new MessageItem(ChatRole.User, [new TextPart("Draw.")]),
                new MessageItem(ChatRole.Assistant, [new MediaPart(MediaKind.Image) { Data = Png, MediaType = "image/png" }]),
            ],
        };

        var (_, error) = Translating.TryWriteRequest(ChatFormats.Vendor(api, null), request, "m");

        Assert.Equal(400, error?.Status);
        Assert.Contains("assistant", error!.Message, StringComparison.Ordinal);
    }

    private static string Written(IFrontFormat front, bool streamed, string answer = Answer)
    {
        if (!streamed)
        {
            return Translating.WriteAnswer(front, GeminiFormat.Instance.ReadAnswer(Translating.Json(answer))!).GetRawText();
        }

        var written = new System.Buffers.ArrayBufferWriter<byte>();
        var stream = front.NewStream(Translating.Context);
        foreach (var step in Translating.ReadStream(GeminiFormat.Instance, [answer]))
        {
            stream.Write(step, written);
        }

        stream.Complete(written);
        return System.Text.Encoding.UTF8.GetString(written.WrittenSpan);
    }
}
