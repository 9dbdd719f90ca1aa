using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Providers.Authentication;

namespace AigneHub.Unit.Tests.Providers.Authentication;

public sealed class GoogleSecretTests
{
    [Theory]
    [InlineData("token_uri", "https://oauth2.googleapis.com/token", true)]
    [InlineData("token_uri", "https://accounts.google.com/o/oauth2/token", true)]
    [InlineData("token_uri", "https://evil.example/token", false)]
    [InlineData("token_uri", "https://oauth2.googleapis.com.evil.example/token", false)]
    [InlineData("token_uri", "https://evilgoogleapis.com/token", false)]
    [InlineData("token_uri", "https://user@oauth2.googleapis.com/token", false)]
    [InlineData("token_uri", "https://oauth2.googleapis.com:8443/token", false)]
    [InlineData("token_uri", "http://oauth2.googleapis.com/token", false)]
    [InlineData("universe_domain", "evil.example", false)]
    [InlineData("type", "authorized_user", false)]
    [InlineData("type", "external_account", false)]
    [InlineData("client_email", null, false)]
    [InlineData("private_key", null, false)]
    public void WhatIsWrong_ServiceAccount_AsksGoogleAlone(string member, string? value, bool isRight)
    {
        var secret = GoogleSecrets.ServiceAccount();
        secret[member] = value;

        Check(CredentialKind.GoogleServiceAccount, secret.ToJsonString(), isRight);
    }

    [Theory]
    [InlineData("""{"file":"/var/run/token"}""", true)]
    [InlineData("""{"file":"/var/run/token","format":{"type":"json","subject_token_field_name":"t"}}""", true)]
    [InlineData("""{"url":"URL","headers":{"Metadata":"True"},"format":{"type":"json","subject_token_field_name":"access_token"}}""", true)]
    [InlineData("""{"url":"http://169.254.169.254/latest/meta-data/iam"}""", false)]
    [InlineData("""{"url":"https://evil.example/?http://169.254.169.254/metadata/identity/oauth2/token?resource=x"}""", false)]
    [InlineData("""{"url":"URL","file":"/etc/passwd"}""", false)]
    [InlineData("""{"executable":{"command":"rm -rf /"}}""", false)]
    [InlineData("""{"file":"x","executable":{"command":"rm -rf /"}}""", false)]
    [InlineData("""{"environment_id":"aws1","url":"URL"}""", false)]
    [InlineData("{}", false)]
    public void WhatIsWrong_FederatedIdentity_ReadsAzuresIdentityOrAFile(string source, bool isRight)
    {
        var secret = GoogleSecrets.External(
            JsonNode.Parse(source.Replace("URL", GoogleSecrets.AzureUrl, StringComparison.Ordinal))!.AsObject());

        Check(CredentialKind.GoogleWorkloadIdentity, secret.ToJsonString(), isRight);
    }

    [Theory]
    [InlineData("token_url", "https://evil.example/token")]
    [InlineData("token_url", null)]
    [InlineData("service_account_impersonation_url", "https://evil.example/x")]
    [InlineData("audience", null)]
    [InlineData("universe_domain", "evil.example")]
    public void WhatIsWrong_FederatedIdentityWithAWrongMember_SaysSo(string member, string? value)
    {
        var secret = GoogleSecrets.External(new JsonObject { ["file"] = "/var/run/token" });
        secret[member] = value;

        Check(CredentialKind.GoogleWorkloadIdentity, secret.ToJsonString(), isRight: false);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("/etc/passwd")]
    [InlineData("""{"type":"service_account","type":"external_account"}""")]
    public void WhatIsWrong_NoObject_SaysSo(string secret) => Check(CredentialKind.GoogleServiceAccount, secret, isRight: false);

    private static void Check(CredentialKind kind, string secret, bool isRight)
    {
        var wrong = GoogleSecret.WhatIsWrong(kind, secret);

        Assert.Equal(isRight, wrong is null);
        Assert.DoesNotContain("evil", wrong ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("passwd", wrong ?? "", StringComparison.Ordinal);
    }
}
