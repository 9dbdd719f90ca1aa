using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation;
using AigneHub.Translation.Images;

namespace AigneHub.Unit.Tests.Translation.Images;

/// <summary>OpenAI's images for vendors with other APIs, by the examples of their documentation.</summary>
public sealed class ImageVendorTests
{
    private const string Gemini3 = "gemini-3-pro-image";

    /// <summary>https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios_and_image_size</summary>
    [Fact]
    public void Gemini_RatioAndSize_AreItsImageConfig()
    {
        var (json, dropped) = Write(
            ModelApi.GeminiGenerateContent, """{"model":"m","prompt":"A banana dish","size":"4096x2304","quality":"high","user":"u","n":1}""");

        Assert.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"A banana dish"}]}],"generationConfig":{"responseModalities":["IMAGE"],"imageConfig":{"aspectRatio":"16:9","imageSize":"4K"}}}
            """.Trim(), json);
        Assert.Equal(["size.pixels", "user", "quality"], dropped);
    }

    [Fact]
    public void Gemini_SizeLeftToTheModel_SaysNothingOfIt() => Assert.Equal(
        """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"responseModalities":["IMAGE"]}}""",
        Write(ModelApi.GeminiGenerateContent, """{"prompt":"x","size":"auto","quality":"auto","moderation":"auto","partial_images":0,"background":"opaque","response_format":"b64_json"}""").Json);

    [Theory]
    [InlineData(ModelApi.GeminiGenerateContent)]
    [InlineData(ModelApi.GoogleImagen)]
    [InlineData(ModelApi.IdeogramGenerate)]
    public void MemberWithAnUnusualName_IsDroppedWithoutIt(ModelApi api) =>
        Assert.Equal(["a member with an unusual name"], Write(api, """{"prompt":"x","Größe":1}""").Dropped);

    /// <summary>https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api</summary>
    [Fact]
    public void Imagen_CountRatioAndFormat_AreItsParameters()
    {
        var (json, dropped) = Write(
            ModelApi.GoogleImagen, """{"prompt":"a cat","n":"2","size":"2048x2048","output_format":"jpeg","output_compression":80,"style":"vivid"}""");

        Assert.Equal("""
            {"instances":[{"prompt":"a cat"}],"parameters":{"sampleCount":2,"includeRaiReason":true,"aspectRatio":"1:1","sampleImageSize":"2K","outputOptions":{"mimeType":"image/jpeg","compressionQuality":80}}}
            """.Trim(), json);
        Assert.Equal(["style"], dropped);
    }

    /// <summary>https://developer.ideogram.ai/api-reference/api-reference/generate-v3</summary>
    [Theory]
    [InlineData("low", "TURBO", "turbo")]
    [InlineData("standard", "DEFAULT", "default")]
    [InlineData("hd", "QUALITY", "quality")]
    public void Ideogram_Quality_IsItsSpeedAndItsPrice(string quality, string speed, string form)
    {
        var (json, dropped) = Write(ModelApi.IdeogramGenerate, $$"""{"prompt":"a cat","size":"1536x1024","quality":"{{quality}}","n":3}""");

        Assert.Equal($$"""{"prompt":"a cat","num_images":3,"aspect_ratio":"3x2","rendering_speed":"{{speed}}"}""", json);
        Assert.Equal(["size.pixels"], dropped);
        Assert.Equal(
            new ReturnedForm(form, null), ImageVendors.Of(ModelApi.IdeogramGenerate).FormOf(new ImageRequest { Prompt = "x", Quality = quality }));
    }

    [Theory]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"x","n":2}""", "n")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"x","size":"1000x300"}""", "size")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"x","size":"9000x9000"}""", "size")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"x","size":"big"}""", "size")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"x","background":"transparent"}""", "background")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"x","output_format":"webp"}""", "output_format")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"x","response_format":"url"}""", "response_format")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":7}""", "prompt")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"prompt":"\ud800"}""", "prompt")]
    [InlineData(ModelApi.GoogleImagen, """{"prompt":"x","n":5}""", "n")]
    [InlineData(ModelApi.GoogleImagen, """{"prompt":"x","n":"many"}""", "n")]
    [InlineData(ModelApi.GoogleImagen, """{"prompt":"x","size":"1536x1024"}""", "size")]
    [InlineData(ModelApi.GoogleImagen, """{"prompt":"x","output_compression":101}""", "output_compression")]
    [InlineData(ModelApi.IdeogramGenerate, """{"prompt":"x","n":9}""", "n")]
    [InlineData(ModelApi.IdeogramGenerate, """{"prompt":"x","response_format":"b64_json"}""", "response_format")]
    public void WhatAVendorCantDo_IsRefusedByItsName(ModelApi api, string request, string param)
    {
        var (error, _, _) = TryWrite(api, request, Gemini3);

        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Fact]
    public void Gemini25_LargeImages_AreRefused() => Assert.Equal(
        "size", TryWrite(ModelApi.GeminiGenerateContent, """{"prompt":"x","size":"2048x2048"}""", "gemini-2.5-flash-image").Error!.Param);

    /// <summary>https://ai.google.dev/gemini-api/docs/image-generation#image_generation_text-and-image-to-image</summary>
    [Fact]
    public async Task Gemini_FilesToEdit_AreSentInBase64()
    {
        var request = new ImageRequest
        {
            Prompt = "Add a hat",
            Inputs = [new ImageInput("image/png", PayloadPiece.FromReadOnlyMemory(new byte[] { 1, 2, 3, 4 })), new ImageInput("image/webp", PayloadPiece.FromReadOnlyMemory(new byte[] { 5 }))],
        };
        var files = new FilePieces();
        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written))
        {
            Assert.Null(ImageVendors.Of(ModelApi.GeminiGenerateContent).WriteRequest(request, Gemini3, json, files, new Warnings()));
        }

        using var sent = new MemoryStream();
        foreach (var piece in files.Payload(written.WrittenMemory).Pieces)
        {
            await piece.WriteToAsync(sent, CancellationToken.None);
        }

        Assert.Equal("""
            {"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"AQIDBA=="}},{"inlineData":{"mimeType":"image/webp","data":"BQ=="}},{"text":"Add a hat"}]}],"generationConfig":{"responseModalities":["IMAGE"]}}
            """.Trim(), Encoding.UTF8.GetString(sent.ToArray()));
        Assert.Equal(files.Payload(written.WrittenMemory).Length, sent.Length);
    }

    [Fact]
    public void Gemini_Answer_IsOpenAis()
    {
        var answer = Read(ModelApi.GeminiGenerateContent, """
            {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/jpeg","data":"ZHJhZnQ="},"thought":true},
            {"text":"Here it is."},{"inlineData":{"mimeType":"image/png","data":"QUJD+\/8="}}],"role":"model"},"finishReason":"STOP","index":0}],
            "usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":1290,"totalTokenCount":1295,
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":5}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290}]}}
            """);
        var written = new ArrayBufferWriter<byte>();
        ImageAnswerWriter.WriteAnswer(answer, DateTimeOffset.FromUnixTimeSeconds(1713833628), written);

        Assert.Equal("""
            {"created":1713833628,"data":[{"b64_json":"QUJD+/8="}],"output_format":"png","usage":{"total_tokens":1295,"input_tokens":5,"output_tokens":1290,"input_tokens_details":{"text_tokens":5,"image_tokens":0},"output_tokens_details":{"text_tokens":0,"image_tokens":1290}}}
            """.Trim(), Encoding.UTF8.GetString(written.WrittenSpan));
    }

    [Fact]
    public void Ideogram_Answer_HasAddressesAndPrompts()
    {
        var answer = Read(ModelApi.IdeogramGenerate, """
            {"created":"2000-01-23T04:56:07Z","data":[{"prompt":"A cat, sleeping","resolution":"1024x1024","is_image_safe":true,"seed":12345,
            "url":"https://ideogram.ai/api/images/ephemeral/x.png","style_type":"GENERAL"},{"prompt":"p","resolution":"1024x1024","is_image_safe":false,"seed":1,"url":null}]}
            """);

        Assert.Equal([new ReturnedImage(null, "https://ideogram.ai/api/images/ephemeral/x.png", RevisedPrompt: "A cat, sleeping")], answer.Images);
    }

    [Theory]
    [InlineData(ModelApi.GeminiGenerateContent, """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""", "PROHIBITED_CONTENT")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"candidates":[{"finishReason":"IMAGE_SAFETY","finishMessage":"Unsafe image.","index":0}]}""", "Unsafe image.")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"candidates":[{"content":{"parts":[{"text":"I can't."}]},"finishReason":"STOP"}]}""", "without an image")]
    [InlineData(ModelApi.GoogleImagen, """{"predictions":[{"raiFilteredReason":"Unable to show generated images."}]}""", "Unable to show")]
    [InlineData(ModelApi.IdeogramGenerate, """{"data":[{"is_image_safe":false,"url":""}]}""", "unsafe")]
    public void AnswerWithoutImages_SaysWhy(ModelApi api, string body, string reason)
    {
        var answer = Read(api, body);

        Assert.Empty(answer.Images);
        Assert.Contains(reason, answer.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"candidates":[7,{"content":7},{"content":{"parts":[7,{"inlineData":7},{"inlineData":{"data":"%%%"}},{"inlineData":{"data":""}}]}}],"promptFeedback":7,"usageMetadata":7,"predictions":[7,{"bytesBase64Encoded":7}],"data":[7,{"url":7}]}""")]
    public void HostileAnswers_HoldNothing(string body)
    {
        foreach (var api in new[] { ModelApi.GeminiGenerateContent, ModelApi.GoogleImagen, ModelApi.IdeogramGenerate })
        {
            Assert.Empty(ImageVendors.Of(api).ReadAnswer(JsonDocument.Parse(body).RootElement)?.Images ?? []);
        }
    }

    [Fact]
    public void Events_OfTwoImages_CarryTheUsageOnce()
    {
        var written = new ArrayBufferWriter<byte>();
        var usage = new TokenUsage { Input = 3, ImageOutput = 9 };
        ImageAnswerWriter.WriteEvents(
            new ImageAnswer([new("QQ=="u8.ToArray(), null), new("Qg=="u8.ToArray(), null, "image/png")], null, usage), edits: true,
            DateTimeOffset.UnixEpoch, written);

        var events = Encoding.UTF8.GetString(written.WrittenSpan).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.Split('\n')).ToArray();
        Assert.All(events, lines => Assert.Equal("event: image_edit.completed", lines[0]));
        var data = events.Select(lines => JsonNode.Parse(lines[1]["data: ".Length..])!).ToArray();
        Assert.Equal(["QQ==", "Qg=="], data.Select(d => d["b64_json"]!.ToString()));
        Assert.Equal([0, 12], data.Select(d => d["usage"]!["total_tokens"]!.GetValue<int>()));
    }

    private static ImageAnswer Read(ModelApi api, string body) =>
        Assert.IsType<ImageAnswer>(ImageVendors.Of(api).ReadAnswer(JsonDocument.Parse(body).RootElement));

    private static (string Json, IReadOnlyList<string> Dropped) Write(ModelApi api, string request)
    {
        var (error, json, dropped) = TryWrite(api, request, Gemini3);
        Assert.Null(error);
        return (json, dropped);
    }

    private static (HubError? Error, string Json, IReadOnlyList<string> Dropped) TryWrite(ModelApi api, string request, string model)
    {
        var (read, error) = ImageRequestReader.ReadRequest(JsonDocument.Parse(request).RootElement, stream: false);
        var warnings = new Warnings();
        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written))
        {
            error ??= ImageVendors.Of(api).WriteRequest(read!, model, json, new FilePieces(), warnings);
        }

        return (error, Encoding.UTF8.GetString(written.WrittenSpan), warnings.Dropped);
    }
}
