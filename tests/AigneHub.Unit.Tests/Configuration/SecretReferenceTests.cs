using AigneHub.Gateway.Management.Config;
using Microsoft.Extensions.Configuration;

namespace AigneHub.Unit.Tests.Configuration;

/// <summary>A vendor's secret is for its provider alone: whoever may enter providers must not have it sent to a server of his own.</summary>
public sealed class SecretReferenceTests
{
    private static readonly SecretReferences References = new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["AigneHub:Secrets:OPENAI"] = "sk-1",
        ["AigneHub:Secrets:OPENAI_EU_2"] = "sk-2",
        ["AigneHub:Secrets:OPENAIX"] = "sk-3",
    }).Build());

    [Theory]
    [InlineData("OPENAI", "openai", "sk-1")]
    [InlineData("openai", "openai", "sk-1")]
    [InlineData("OPENAI_EU_2", "openai-eu", "sk-2")]
    [InlineData("OpenAI_EU_2", "openai-eu", "sk-2")]
    [InlineData("OPENAI", "mine", null)]
    [InlineData("OPENAI", "openai-eu", null)]
    [InlineData("OPENAIX", "openai", null)]
    [InlineData("OPENAI", "open", null)]
    public void Resolve_ByProvider_IsItsOwnAlone(string name, string provider, string? expected)
    {
        var (secret, error) = References.Resolve(name, provider);
        Assert.Equal(expected, secret);
        Assert.Equal(expected is null ? ("secret_of_another", "secretRef") : (null, null), (error?.Code, error?.Param));
    }

    [Fact]
    public void Resolve_OfAnother_TellsTheNameAndNotTheSecret()
    {
        var message = References.Resolve("OPENAI", "our-vllm").Error!.Message;
        Assert.Contains("OUR_VLLM_", message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-1", message, StringComparison.Ordinal);
    }
}
