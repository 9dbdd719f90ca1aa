using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Gateway.Management.Config;

namespace AigneHub.Unit.Tests.Configuration;

public sealed class ConfigYamlTests
{
    [Fact]
    public void Read_EveryKindOfValue_IsAsInJson()
    {
        const string Text =
            """
            # a comment
            providers:
              - id: openai-eu
                rank: 3
                enabled: true
                displayName: ~
                baseUrl: https://eu.api.openai.com/v1
            margins: {margins: {"*": "20"}, creditPrices: {USD: '0.01'}}
            version: "1"
            text: |
              two
              lines
            """;

        var (value, error) = ConfigYaml.Read(Encoding.UTF8.GetBytes(Text));

        Assert.Null(error);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(value!.ToJsonString()), JsonNode.Parse(
            """
            {"providers":[{"id":"openai-eu","rank":3,"enabled":true,"displayName":null,"baseUrl":"https://eu.api.openai.com/v1"}],
             "margins":{"margins":{"*":"20"},"creditPrices":{"USD":"0.01"}},"version":"1","text":"two\nlines"}
            """)), value.ToJsonString());
    }

    [Theory]
    [InlineData("a: &x [1]\nb: *x", "Line 1: Anchors")]
    [InlineData("a: 1\nb: *x", "Line 2: Anchors")]
    [InlineData("a: !!python/object:os.system {}", "Line 1: Tags")]
    [InlineData("a: !!str 1", "Line 1: Tags")]
    [InlineData("a: 1\na: 2", "Line 2: A field stands twice")]
    [InlineData("a: 1.5", "Line 1: Quote numbers")]
    [InlineData("a: 1e3", "Line 1: Quote numbers")]
    [InlineData("a: 1\n---\nb: 2", "There must be one document")]
    [InlineData("? [1, 2]\n: 3", "Line 1: A field's name")]
    [InlineData("- 1", "must be a mapping")]
    [InlineData("a: [", "not valid YAML")]
    [InlineData("", "not valid YAML")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[", "deeper than 16")]
    public void Read_WhatJsonHasNot_IsRefusedAndNotQuoted(string text, string message)
    {
        var (value, error) = ConfigYaml.Read(Encoding.UTF8.GetBytes(text));

        Assert.Null(value);
        Assert.Equal(400, error!.Status);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8_AreRefused() => Assert.NotNull(ConfigYaml.Read([0x61, 0x3a, 0x20, 0xff]).Error);

    /// <summary>What looks like another kind of value is quoted.</summary>
    [Theory]
    [InlineData("plain/word-1.x")]
    [InlineData("no")]
    [InlineData("null")]
    [InlineData("0x1F")]
    [InlineData("1.5")]
    [InlineData("*")]
    [InlineData("a: b # c")]
    [InlineData("two\nlines \"and\" tabs\t\u0001")]
    [InlineData("")]
    [InlineData("ü€😀")]
    public void Write_AnyText_ReadsBackAsItWas(string text)
    {
        var value = new JsonObject
        {
            [text.Length == 0 ? "x" : text] = new JsonArray(text, 1, true, null, new JsonObject(), new JsonArray(), new JsonObject { ["a"] = -5 }),
        };

        var (read, error) = ConfigYaml.Read(Encoding.UTF8.GetBytes(ConfigYaml.Write(value)));

        Assert.True(error is null && JsonNode.DeepEquals(value, read), ConfigYaml.Write(value));
    }
}
