using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using AigneHub.Core.Routing;
using AigneHub.Providers.Authentication;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Providers.Authentication;

public sealed class VendorAuthenticationTests
{
    private const string Vertex = "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5";
    private const string Azure = "https://my.openai.azure.com";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(Dialect.OpenAi, "Authorization", "Bearer k")]
    [InlineData(Dialect.AzureOpenAi, "api-key", "k")]
    [InlineData(Dialect.Anthropic, "x-api-key", "k")]
    [InlineData(Dialect.Gemini, "x-goog-api-key", "k")]
    [InlineData(Dialect.VertexAnthropic, "x-goog-api-key", "k")]
    [InlineData(Dialect.BedrockAnthropic, "Authorization", "Bearer k")]
    public async Task Apply_ApiKey_IsWhereTheDialectHasIt(Dialect dialect, string header, string value)
    {
        using var vendors = new VendorAuthentication(new TokenServer((_, _) => (500, "")), NoIdentity, _time);

        var (wrong, message) = await ApplyAsync(vendors, "https://vendor.example", CredentialKind.ApiKey, "k", dialect);

        Assert.Null(wrong);
        Assert.Equal((header, value), Assert.Single(message.Headers.Select(h => (h.Key, h.Value.Single()))));
    }

    [Fact]
    public async Task Apply_ServiceAccount_ProvesItsKeyOnceAnHour()
    {
        var server = new TokenServer((_, _) => (200, """{"access_token":"ya29.one","expires_in":3599,"token_type":"Bearer"}"""));
        using var vendors = new VendorAuthentication(server, NoIdentity, _time);
        var secret = GoogleSecrets.ServiceAccount().ToJsonString();

        for (var i = 0; i < 3; i++)
        {
            var (wrong, message) = await ApplyAsync(vendors, Vertex, CredentialKind.GoogleServiceAccount, secret);
            Assert.Null(wrong);
            Assert.Equal("Bearer ya29.one", message.Headers.Authorization!.ToString());
        }

        var (url, body) = Assert.Single(server.Calls);
        Assert.Equal("https://oauth2.googleapis.com/token", url);
        var form = HttpUtility.ParseQueryString(body);
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"]!.Split('.');
        Assert.True(GoogleSecrets.Key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1));
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        Assert.Equal("hub@project-1.iam.gserviceaccount.com", claims["iss"]!.ToString());
        Assert.Equal("https://oauth2.googleapis.com/token", claims["aud"]!.ToString());
        Assert.Equal("https://www.googleapis.com/auth/cloud-platform", claims["scope"]!.ToString());

        _time.Advance(TimeSpan.FromHours(1));
        await ApplyAsync(vendors, Vertex, CredentialKind.GoogleServiceAccount, secret);
        Assert.Equal(2, server.Calls.Count);
    }

    [Fact]
    public async Task Apply_FederatedWithAzure_ExchangesTheManagedIdentitysToken()
    {
        var server = new TokenServer((url, _) => url.Contains("sts", StringComparison.Ordinal)
            ? (200, """{"access_token":"federated","expires_in":3599,"token_type":"Bearer","issued_token_type":"x"}""")
            : (200, """{"accessToken":"impersonated","expireTime":"2099-01-01T00:00:00Z"}"""));
        var identity = new FixedIdentity(_time);
        using var vendors = new VendorAuthentication(server, () => identity, _time);
        var secret = GoogleSecrets.External(new JsonObject { ["url"] = GoogleSecrets.AzureUrl });
        secret["service_account_impersonation_url"] =
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/hub@p.iam.gserviceaccount.com:generateAccessToken";

        var (wrong, message) = await ApplyAsync(vendors, Vertex, CredentialKind.GoogleWorkloadIdentity, secret.ToJsonString());

        Assert.Null(wrong);
        Assert.Equal("Bearer impersonated", message.Headers.Authorization!.ToString());
        Assert.Equal(["api://hub-federation/.default"], identity.Scopes);
        Assert.Equal("https://sts.googleapis.com/v1/token", server.Calls[0].Url);
        Assert.Equal("entra-1", HttpUtility.ParseQueryString(server.Calls[0].Body)["subject_token"]);
    }

    [Fact]
    public async Task Apply_FederatedByFile_SendsWhatTheFileHolds()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "subject-1");
            var server = new TokenServer((_, _) =>
                (200, """{"access_token":"federated","expires_in":3599,"token_type":"Bearer","issued_token_type":"x"}"""));
            using var vendors = new VendorAuthentication(server, NoIdentity, _time);
            var secret = GoogleSecrets.External(new JsonObject { ["file"] = file }).ToJsonString();

            var (wrong, message) = await ApplyAsync(vendors, Vertex, CredentialKind.GoogleWorkloadIdentity, secret);

            Assert.Null(wrong);
            Assert.Equal("Bearer federated", message.Headers.Authorization!.ToString());
            Assert.Equal("subject-1", HttpUtility.ParseQueryString(server.Calls[0].Body)["subject_token"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"Invalid JWT hidden"}""", "credential_refused: Google refused a token (invalid_grant)")]
    [InlineData(500, "hidden", "token_unavailable: ")]
    [InlineData(200, "{}", "credential_refused: Google answered without a token")]
    [InlineData(200, "hidden", "credential_refused: ")]
    public async Task Apply_GoogleRefuses_SaysSoWithoutSecrets(int status, string body, string said)
    {
        using var vendors = new VendorAuthentication(new TokenServer((_, _) => (status, body)), NoIdentity, _time);

        var (wrong, message) = await ApplyAsync(
            vendors, Vertex, CredentialKind.GoogleServiceAccount, GoogleSecrets.ServiceAccount().ToJsonString());

        Assert.Contains(said, wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", wrong, StringComparison.Ordinal);
        Assert.Null(message.Headers.Authorization);
    }

    [Fact]
    public async Task Apply_KeyThatIsNone_SaysSoWithoutIt()
    {
        var secret = GoogleSecrets.ServiceAccount();
        secret["private_key"] = "-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n";
        using var vendors = new VendorAuthentication(new TokenServer((_, _) => (500, "")), NoIdentity, _time);

        var (wrong, _) = await ApplyAsync(vendors, Vertex, CredentialKind.GoogleServiceAccount, secret.ToJsonString());

        Assert.Contains("can't be used", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_Entra_IsATokenForAzuresModels()
    {
        var identity = new FixedIdentity(_time);
        using var vendors = new VendorAuthentication(new TokenServer((_, _) => (500, "")), () => identity, _time);

        var (_, message) = await ApplyAsync(vendors, Azure, CredentialKind.EntraId, "", Dialect.AzureOpenAi);
        await ApplyAsync(vendors, "https://x.services.ai.azure.com", CredentialKind.EntraId, "", Dialect.AzureOpenAi);

        Assert.Equal("Bearer entra-1", message.Headers.Authorization!.ToString());
        Assert.False(message.Headers.Contains("api-key"));
        Assert.Equal(["https://cognitiveservices.azure.com/.default"], identity.Scopes);
    }

    [Fact]
    public async Task Apply_EntraRefuses_NamesItsCodeAlone()
    {
        var identity = new FixedIdentity(_time, "AADSTS700016: Application 'hidden' was not found.");
        using var vendors = new VendorAuthentication(new TokenServer((_, _) => (500, "")), () => identity, _time);

        var (wrong, _) = await ApplyAsync(vendors, Azure, CredentialKind.EntraId, "", Dialect.AzureOpenAi);

        Assert.StartsWith("credential_refused: The hub's Entra identity got no token (AADSTS700016)", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CredentialKind.EntraId, "http://my.openai.azure.com")]
    [InlineData(CredentialKind.EntraId, "https://evil.example")]
    [InlineData(CredentialKind.EntraId, "https://openai.azure.com.evil.example")]
    [InlineData(CredentialKind.EntraId, "https://evilopenai.azure.com")]
    [InlineData(CredentialKind.EntraId, "https://127.0.0.1")]
    [InlineData(CredentialKind.GoogleServiceAccount, "http://aiplatform.googleapis.com")]
    [InlineData(CredentialKind.GoogleServiceAccount, "https://evilgoogleapis.com")]
    [InlineData(CredentialKind.GoogleWorkloadIdentity, "https://googleapis.com.evil.example")]
    [InlineData(CredentialKind.AwsAccessKey, "https://aiplatform.googleapis.com")]
    public async Task Apply_HostThatIsNotTheVendors_GetsNothing(CredentialKind kind, string url)
    {
        using var vendors = new VendorAuthentication(
            new TokenServer((_, _) => throw new InvalidOperationException("No token may be asked for.")), NoIdentity, _time);

        var (wrong, message) = await ApplyAsync(vendors, url, kind, "", Dialect.VertexAnthropic);

        Assert.StartsWith("credential_refused: ", wrong, StringComparison.Ordinal);
        Assert.Empty(message.Headers);
    }

    private static FixedIdentity NoIdentity() => throw new InvalidOperationException("No identity is needed.");

    private static async Task<(string? Wrong, HttpRequestMessage Message)> ApplyAsync(
        VendorAuthentication vendors, string url, CredentialKind kind, string secret, Dialect dialect = Dialect.VertexAnthropic)
    {
        var credential = new CredentialEntry("c", kind, secret);
        var binding = new ApiBinding(ModelApi.AnthropicMessages, dialect, new Uri(url));
        var provider = new ProviderEntry("p", "p", "p", [binding], [credential], 1, ClientGonePolicy.Cancel);
        var message = new HttpRequestMessage(HttpMethod.Post, $"{url}/x");
        var failure = await vendors.ApplyAsync(
            message, new UpstreamRequest(provider, binding, credential, "x", UpstreamPayload.None, Stream: false), CancellationToken.None);
        return (failure is null ? null : $"{failure.Code}: {failure.Cause!.Message}", message);
    }
}
