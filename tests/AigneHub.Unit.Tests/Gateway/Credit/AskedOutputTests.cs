using System.Text;
using AigneHub.Gateway.Credit;

namespace AigneHub.Unit.Tests.Gateway.Credit;

public sealed class AskedOutputTests
{
    [Theory]
    [InlineData("""{"messages":[{"max_tokens":9}]}""", null, 1)]
    [InlineData("""{"max_tokens":5}""", 5, 1)]
    [InlineData("""{"max_tokens":5,"max_completion_tokens":7}""", 7, 1)]
    [InlineData("""{"max_completion_tokens":7,"max_tokens":5,"n":3}""", 7, 3)]
    [InlineData("""{"max_tokens":null}""", null, 1)]
    [InlineData("""{"max_output_tokens":11,"n":null}""", 11, 1)]
    [InlineData("""{"best_of":5,"n":2}""", null, 5)]
    [InlineData("""{"generationConfig":{"maxOutputTokens":13,"candidateCount":2}}""", 13, 2)]
    [InlineData("""{"generation_config":{"max_output_tokens":13}}""", 13, 1)]
    [InlineData("""{"input":{"modelOptions":{"maxTokens":17}}}""", 17, 1)]
    [InlineData("""{"input":"max_tokens","tools":[{"n":99}]}""", null, 1)]
    [InlineData("""{"max_tok\u0065ns":19}""", 19, 1)]
    public void Read_EveryApi_FindsTheLimit(string body, int? tokens, int answers)
    {
        var (asked, error) = AskedOutput.Read(Encoding.UTF8.GetBytes(body));
        Assert.Null(error);
        Assert.Equal((tokens, answers), (asked.Tokens, asked.Answers));
    }

    [Theory]
    [InlineData("""{"max_tokens":"100"}""", "max_tokens")]
    [InlineData("""{"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"max_tokens":-1}""", "max_tokens")]
    [InlineData("""{"max_tokens":1.5}""", "max_tokens")]
    [InlineData("""{"max_tokens":99999999999}""", "max_tokens")]
    [InlineData("""{"Max_Tokens":100}""", "max_tokens")]
    [InlineData("""{"generationConfig":{"MaxOutputTokens":100}}""", "maxOutputTokens")]
    [InlineData("""{"GenerationConfig":{"maxOutputTokens":100}}""", "generationConfig")]
    [InlineData("""{"n":0}""", "n")]
    [InlineData("""{"n":1000}""", "n")]
    [InlineData("""{"N":100}""", "n")]
    public void Read_WhatIsNoLimit_IsRefused(string body, string param)
    {
        var (_, error) = AskedOutput.Read(Encoding.UTF8.GetBytes(body));
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData("""{"conversation":"conv_1"}""", true)]
    [InlineData("""{"prompt":{"id":"pmpt_1"}}""", true)]
    [InlineData("""{"cachedContent":"cachedContents/1"}""", true)]
    [InlineData("""{"prompt":null,"tools":[{"prompt":{}}]}""", false)]
    public void Read_WhatTheVendorKeeps_IsKnown(string body, bool names) =>
        Assert.Equal(names, AskedOutput.Read(Encoding.UTF8.GetBytes(body)).Asked.NamesKept);
}
