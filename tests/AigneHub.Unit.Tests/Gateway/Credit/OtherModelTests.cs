using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Credit;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Routing;

namespace AigneHub.Unit.Tests.Gateway.Credit;

public sealed class OtherModelTests
{
    [Theory]
    [InlineData("sonar", "sonar-pro", "perplexity/sonar-pro")]
    [InlineData("sonar", "claude/opus", "claude/opus")]
    [InlineData("sonar", "sonar-2026-01-01", null)]
    [InlineData("sonar", "sonar-latest", null)]
    [InlineData("sonar", "SONAR", null)]
    [InlineData("sonar", "sonar-unknown", null)]
    [InlineData("sonar-pro", "sonar", null)]
    [InlineData("sonar", null, null)]
    public void Answered_ADearerModel_IsTold_AndNoOther(string called, string? answered, string? told)
    {
        var provider = RoutingSamples.Provider("perplexity");
        var snapshot = new HubSnapshot(
            HubMode.Enterprise, [provider, RoutingSamples.Provider("claude")],
            [
                RoutingSamples.Model("perplexity", "sonar", 1), RoutingSamples.Model("perplexity", "sonar-pro", 2),
                RoutingSamples.Model("perplexity", "sonar-2026-01-01", 3), RoutingSamples.Model("claude", "opus", 9),
            ]);
        var target = new RouteTarget(provider, called, snapshot.FindModel($"perplexity/{called}")!.Rates);
        Assert.Equal(told, OtherModel.Answered(snapshot, target, answered)?.FullName);
    }

    [Theory]
    [InlineData(ModelApi.OpenAiChat, """{"model":"m-2","choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""")]
    [InlineData(ModelApi.OpenAiResponses, """{"object":"response","model":"m-2","output":[],"usage":{"input_tokens":1,"output_tokens":1}}""")]
    public void Read_AnAnswer_SaysWhatHasAnswered(ModelApi api, string body) =>
        Assert.Equal("m-2", AnswerReaders.For(api).Read(System.Text.Encoding.UTF8.GetBytes(body), UsageQuirks.None).Model);
}
