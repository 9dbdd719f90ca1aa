using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.OpenAi;

/// <summary>
/// What is read of answers with images: https://platform.openai.com/docs/api-reference/images/object and
/// https://platform.openai.com/docs/api-reference/images-streaming.
/// </summary>
public sealed class ImagesTests
{
    [Fact]
    public void Read_TokensByKind_AreDisjoint()
    {
        var read = Read("""
            {"created":1713833628,"data":[{"b64_json":"AAAA"},{"b64_json":"AAAA"}],"background":"opaque","output_format":"png",
            "size":"1024x1536","quality":"high","usage":{"total_tokens":100,"input_tokens":50,"output_tokens":50,
            "input_tokens_details":{"text_tokens":10,"image_tokens":40}}}
            """);

        Assert.True(read.IsAnswer);
        Assert.Equal(
            new TokenUsage
            {
                Input = 10, ImageInput = 40, Output = 0, ImageOutput = 50, Images = 2, Form = new ReturnedForm("high", "1024x1536"),
            },
            read.Usage);
    }

    [Fact]
    public void Read_TextWithinTheOutput_IsApart()
    {
        var usage = Read("""
            {"data":[{"b64_json":"AAAA"}],"usage":{"input_tokens":7,"output_tokens":150,
            "output_tokens_details":{"image_tokens":120,"text_tokens":30}}}
            """).Usage!.Value;

        Assert.Equal((7, 30, 120), (usage.Input, usage.Output, usage.ImageOutput));
    }

    [Theory]
    [InlineData("""{"created":1,"data":[{"url":"https://x/1"},{"url":"https://x/2"}]}""", 2, null)]
    [InlineData("""{"data":[{"url":"https://x/1","size":"2048x2048"},{"error":{"code":"OutputImageSensitiveContentDetected","message":"no"}}],"usage":{"generated_images":1,"output_tokens":16384,"total_tokens":16384}}""", 1, "2048x2048")]
    [InlineData("""{"data":[],"usage":{}}""", 0, null)]
    [InlineData("""{"data":[{"url":null,"b64_json":"AAAA"}],"size":"auto","usage":null}""", 1, null)]
    public void Read_VendorsThatChargeByTheImage_ReportNoPrompt(string body, int images, string? size)
    {
        var usage = Read(body).Usage!.Value;

        Assert.Equal((images, size, 0), (usage.Images, usage.Form.Size, usage.Input));
        Assert.True(usage.IsComplete);
    }

    /// <summary>Images, prices' kinds; then what is charged.</summary>
    [Theory]
    [InlineData(2, 0, UnitKind.Image, true)]
    [InlineData(2, 0, UnitKind.ImageOutput, false)]
    [InlineData(2, 0, UnitKind.Output, false)]
    [InlineData(2, 1290, UnitKind.ImageOutput, true)]
    [InlineData(2, 1290, UnitKind.Image, true)]
    [InlineData(null, 1290, UnitKind.Image, false)]
    [InlineData(0, 0, UnitKind.ImageOutput, true)]
    public void UsageInOtherUnitsThanThePrice_IsEstimatedInThose_AndNeverFree(int? images, int tokens, UnitKind priced, bool fits)
    {
        var reader = AnswerReaders.For(ModelApi.OpenAiImages);
        var rates = new ModelRates(new Dictionary<UnitKind, Rate> { [priced] = Rate.Flat(1_000_000), [UnitKind.Input] = Rate.Flat(0) });
        var usage = TokenUsage.Free with { Images = images, ImageOutput = tokens };
        Assert.Equal(fits, reader.Fits(usage, rates));

        if (!fits)
        {
            usage = reader.Estimate(
                new UnreportedCall { Request = """{"prompt":"a cat"}"""u8, Rates = rates, Reported = usage }, SharedCounter.Instance);
        }

        Assert.Equal(images != 0, Cost.Of(PriceLines.For(rates, usage.ToUnits(false), neverFree: true)) > 0);
    }

    [Theory]
    [InlineData("""{"error":{"message":"no","type":"image_generation_user_error","code":"moderation_blocked"}}""")]
    [InlineData("""{"data":[],"error":{"message":"no","type":"server_error"}}""")]
    public void Read_Error_IsNoAnswer(string body)
    {
        var read = Read(body);

        Assert.False(read.IsAnswer);
        Assert.Equal("no", read.Error!.Message);
    }

    [Fact]
    public void Stream_PartialImagesAndTheLast_AreOneImageWithItsUsage()
    {
        using var tap = AnswerReaders.For(ModelApi.OpenAiImages).NewTap(UsageQuirks.None, 100)!;

        Assert.Equal(StreamEventKind.Content, Event(tap, """{"type":"image_generation.partial_image","b64_json":"AAAA","partial_image_index":0}"""));
        Assert.Equal(100, tap.Usage!.Value.ImageOutput);
        Assert.False(tap.Usage.Value.IsComplete || tap.SawFinish);
        Assert.Equal(StreamEventKind.Content, Event(tap, """
            {"type":"image_generation.completed","b64_json":"AAAA","size":"1024x1024","quality":"low","usage":{"total_tokens":100,"input_tokens":50,"output_tokens":50,"input_tokens_details":{"text_tokens":10,"image_tokens":40}}}
            """));
        Assert.True(tap.SawFinish);
        Assert.Equal(
            new TokenUsage { Input = 10, ImageInput = 40, Output = 0, ImageOutput = 50, Images = 1, Form = new("low", "1024x1024") },
            tap.Usage);

        Event(tap, """{"type":"image_generation.completed","b64_json":"AAAA","usage":{"input_tokens":1,"output_tokens":2}}""");
        Assert.Equal((2, 11, 52), (tap.Usage!.Value.Images, tap.Usage.Value.Input, tap.Usage.Value.ImageOutput));
    }

    /// <summary>https://www.volcengine.com/docs/82379/1824137</summary>
    [Fact]
    public void Stream_OfDoubao_CountsWhatSucceeded()
    {
        using var tap = AnswerReaders.For(ModelApi.OpenAiImages).NewTap(UsageQuirks.None, 100)!;

        Event(tap, """{"type":"image_generation.partial_succeeded","image_index":0,"url":"https://x/0","size":"2496x1664"}""");
        Assert.Equal(StreamEventKind.Content, Event(tap, """{"type":"image_generation.partial_failed","image_index":1,"error":{"code":"x","message":"y"}}"""));
        Event(tap, """{"type":"image_generation.partial_succeeded","image_index":2,"url":"https://x/2","size":"2496x1664"}""");
        Event(tap, """{"type":"image_generation.completed","usage":{"generated_images":2,"output_tokens":32768,"total_tokens":32768}}""");
        Assert.Equal(StreamEventKind.Done, tap.Read("data: [DONE]\n\n"u8));

        Assert.Equal((2, "2496x1664"), (tap.Usage!.Value.Images, tap.Usage.Value.Form.Size));
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"message":"no","code":"moderation_blocked"}}""", StreamEventKind.Error)]
    [InlineData("""{"b64_json":"AAAA"}""", StreamEventKind.Malformed)]
    [InlineData("""{"type":"image_generation.partial_image","b64_json":"AAA""", StreamEventKind.Malformed)]
    public void Stream_WhatIsNoImage_IsTold(string data, StreamEventKind kind)
    {
        using var tap = AnswerReaders.For(ModelApi.OpenAiImageEdits).NewTap(UsageQuirks.None, 100)!;
        Assert.Equal(kind, Event(tap, data));
    }

    private static StreamEventKind Event(IStreamTap tap, string data) =>
        tap.Read(Encoding.UTF8.GetBytes($"event: x\ndata: {data.ReplaceLineEndings("")}\n\n"));

    private static AnswerReading Read(string body) =>
        AnswerReaders.For(ModelApi.OpenAiImages).Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);
}
