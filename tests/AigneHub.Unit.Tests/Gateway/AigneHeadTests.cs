using System.Text;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class AigneHeadTests
{
    private const string Default = "openai/gpt-5-mini";

    [Theory]
    [InlineData("""{"input":{"messages":[],"modelOptions":{"model":"a/b"}}}""", "a/b", false)]
    [InlineData("""{"model":"c","input":{"model":"x","modelOptions":{"model":"a/b"}}}""", "c", false)]
    [InlineData("""{"input":{"modelOptions":{"temperature":1,"x":{"model":"no"},"model":"a/b"},"model":"d"},"options":{"streaming":true}}""", "d", true)]
    [InlineData("""{"options":{"userContext":{"model":"no","streaming":true},"streaming":true},"input":{}}""", Default, true)]
    [InlineData("""{"options":{"streaming":null},"input":{"modelOptions":{}},"model":null}""", Default, false)]
    [InlineData("""{"options":[],"input":"x"}""", Default, false)]
    [InlineData("""{"input":{"modelOptions":[{"model":"no"}],"messages":[{"model":"no","modelOptions":{"model":"no"}}]},"agent":{"input":{"model":"no"}}}""", Default, false)]
    [InlineData("""{}""", Default, false)]
    public void Parse_Nested_FindsModelAndStreaming(string body, string model, bool streams)
    {
        var (head, error) = RequestHeadParser.Parse(Encoding.UTF8.GetBytes(body), HeadShape.AigneChat);

        Assert.Null(error);
        Assert.Equal((model, streams), (head!.Model, head.Stream));
    }

    [Theory]
    [InlineData("""[]""", null)]
    [InlineData("""{"input":{}} x""", null)]
    [InlineData("""{"input":{}""", null)]
    [InlineData("""{"input":{},"input":{}}""", "input")]
    [InlineData("""{"input":{"modelOptions":{},"modelOptions":{}}}""", "input.modelOptions")]
    [InlineData("""{"input":{"modelOptions":{"model":"a","model":"b"}}}""", "input.modelOptions.model")]
    [InlineData("""{"model":7}""", "model")]
    [InlineData("""{"model":{"a":[1]},"input":{}}""", "model")]
    [InlineData("""{"model":""}""", "model")]
    [InlineData("""{"options":{"streaming":"yes"}}""", "options.streaming")]
    [InlineData("""{"options":{"streaming":true,"streaming":false}}""", "options.streaming")]
    [InlineData("""{"model":"\ud800"}""", null)]
    public void Parse_WhatCantBe_IsRefused(string body, string? param)
    {
        var (head, error) = RequestHeadParser.Parse(Encoding.UTF8.GetBytes(body), HeadShape.AigneChat);

        Assert.Null(head);
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData("""{"input":{"prompt":"p","n":2,"userContext":{},"image":[],"outputFileType":"url","modelOptions":{"model":"a/b","quality":"high","seed":1}}}""", """{"model":"a/b","prompt":"p","n":2,"quality":"high","seed":1}""")]
    [InlineData("""{"input":{"prompt":"p","size":"1x1","modelOptions":{"size":"2x2","prompt":"q"}}}""", """{"prompt":"p","size":"1x1"}""")]
    [InlineData("""{"model":"m","prompt":"p","responseFormat":"url","image":"x","n":null}""", """{"model":"m","prompt":"p","response_format":"url","image":"x"}""")]
    [InlineData("""{"prompt":"p","prompt":"q"}""", null)]
    [InlineData("""[]""", null)]
    public void Flatten_Images_AreOpenAis(string body, string? flat)
    {
        var flattened = HeadShape.AigneImage.Flatten!(Encoding.UTF8.GetBytes(body));

        Assert.Equal(flat, flattened is null ? null : Encoding.UTF8.GetString(flattened));
    }

    [Theory]
    [InlineData("""{"input":{"input":["a","b"],"modelOptions":{"model":"openai/e","dimensions":7,"encodingFormat":"float"}}}""", """{"model":"openai/e","input":["a","b"],"dimensions":7,"encoding_format":"float"}""")]
    [InlineData("""{"model":"m","input":{"input":"a"},"options":{}}""", """{"model":"m","input":"a"}""")]
    [InlineData("""{"input":{"modelOptions":{"model":"m"}}}""", """{"model":"m"}""")]
    [InlineData("""{"model":"m","input":"a"}""", null)]
    [InlineData("""{"model":"m","input":{"input":"a"},"input":{"input":"b"}}""", null)]
    [InlineData("""{"input":{"input":"a"}""", null)]
    public void Flatten_NestedEmbeddings_AreOpenAis(string body, string? flat)
    {
        var flattened = HeadShape.AigneEmbeddings.Flatten!(Encoding.UTF8.GetBytes(body));

        Assert.Equal(flat, flattened is null ? null : Encoding.UTF8.GetString(flattened));
    }
}
