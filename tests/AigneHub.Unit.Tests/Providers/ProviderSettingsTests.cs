using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Authentication;

namespace AigneHub.Unit.Tests.Providers;

public class ProviderSettingsTests
{
    [Fact]
    public void Load_NothingSet_HasNoProviders()
    {
        var loaded = Load();

        Assert.Empty(loaded.Entries);
        Assert.Empty(loaded.Problems);
    }

    [Fact]
    public void Load_KeyAlone_HasTheRowsDefaults()
    {
        var entry = Assert.Single(Load(("XAI_API_KEY", "xai-1")).Entries);

        Assert.Equal(("xai", "xai", "xAI", 1, ClientGonePolicy.Cancel), (entry.Id, entry.Vendor, entry.DisplayName, entry.Rank, entry.ClientGone));
        Assert.Equal(new ApiBinding(ModelApi.OpenAiChat, Dialect.OpenAi, new Uri("https://api.x.ai/v1")), entry.Find(ModelApi.OpenAiChat));
        Assert.Null(entry.Find(ModelApi.AnthropicMessages));
        Assert.Equal("xai-1", Assert.Single(entry.Credentials).Secret);
        Assert.DoesNotContain("xai-1", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_KeyListAndBaseUrl_TakesEachKeyOnceAndDropsTheSlash()
    {
        var entry = Assert.Single(Load(
            ("OPENAI_API_KEY", " , sk-1 , sk-2,sk-1"), ("OPENAI_BASE_URL", "http://127.0.0.1:9999/v1/"),
            ("AigneHub:Providers:openai:OnClientGone", "Drain")).Entries);

        Assert.Equal(
            [new("env:openai:1", CredentialKind.ApiKey, "sk-1"), new("env:openai:2", CredentialKind.ApiKey, "sk-2")], entry.Credentials);
        Assert.Equal("http://127.0.0.1:9999/v1", entry.Apis[0].BaseUrl.ToString());
        Assert.Equal(ClientGonePolicy.Drain, entry.ClientGone);
    }

    [Fact]
    public void Load_OllamaByBaseUrlAlone_IsConfigured()
    {
        Assert.Empty(Load(("OLLAMA_API_KEY", "key")).Entries);

        var entry = Assert.Single(Load(("OLLAMA_BASE_URL", "http://gpu-box:11434/v1")).Entries);

        Assert.Equal(("ollama", "", 4), (entry.Id, Assert.Single(entry.Credentials).Secret, entry.Rank));
    }

    [Theory]
    [InlineData("OPENAI_BASE_URL", "api.openai.com/v1")]
    [InlineData("OPENAI_BASE_URL", "ftp://api.openai.com/v1")]
    [InlineData("OPENAI_BASE_URL", "sim://local")]
    [InlineData("OPENAI_BASE_URL", "http://api.openai.com/v1")]
    [InlineData("OPENAI_BASE_URL", "https://secret:word@api.openai.com/v1")]
    [InlineData("OPENAI_BASE_URL", "https://api.openai.com/v1?secret=1")]
    [InlineData("OPENAI_BASE_URL", "https://api.openai.com/v1#secret")]
    [InlineData("AigneHub:Providers:openai:OnClientGone", "secret")]
    [InlineData("OPENAI_API_KEY", "sk-secret\nx: y")]
    [InlineData("OPENAI_API_KEY", "sk-secret-é")]
    public void Load_WrongSetting_IsNamedWithoutItsValue(string setting, string value)
    {
        var loaded = Load(("OPENAI_API_KEY", "sk-1"), (setting, value));

        var problem = Assert.Single(loaded.Problems);
        Assert.StartsWith(setting, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
        Assert.Empty(loaded.Entries);
    }

    [Fact]
    public void Load_VendorWithoutAUrlOfItsOwn_DemandsOne() =>
        Assert.StartsWith("AZURE_OPENAI_ENDPOINT", Assert.Single(Load(("AZURE_OPENAI_API_KEY", "k")).Problems), StringComparison.Ordinal);

    [Fact]
    public void Load_Google_ServesItsOwnApiAndOpenAisBelowIt()
    {
        var entry = Assert.Single(Load(("GEMINI_API_KEY", "g")).Entries);

        Assert.Equal(
            (Dialect.Gemini, "https://generativelanguage.googleapis.com/v1beta"),
            (entry.Find(ModelApi.GeminiGenerateContent)!.Dialect, entry.Find(ModelApi.GeminiGenerateContent)!.BaseUrl.AbsoluteUri));
        Assert.Equal(
            (Dialect.OpenAi, "https://generativelanguage.googleapis.com/v1beta/openai"),
            (entry.Find(ModelApi.OpenAiChat)!.Dialect, entry.Find(ModelApi.OpenAiChat)!.BaseUrl.AbsoluteUri));
    }

    [Fact]
    public void Load_CloudsCredentialsWithoutABaseUrl_ConfigureNothing()
    {
        // They are there on many a developer's machine, for other programs.
        var loaded = Load(
            ("AWS_BEARER_TOKEN_BEDROCK", "b"), ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_REGION", "us-east-1"), ("GOOGLE_APPLICATION_CREDENTIALS", "/no/such/file"));

        Assert.Empty(loaded.Entries);
        Assert.Empty(loaded.Problems);
    }

    [Fact]
    public void Load_AzureWithoutAKey_UsesTheHubsIdentity() => Assert.Equal(
        [new CredentialEntry("env:azure-openai", CredentialKind.EntraId, "")],
        Assert.Single(Load(("AZURE_OPENAI_ENDPOINT", "https://my.openai.azure.com")).Entries).Credentials);

    [Fact]
    public void Load_Bedrock_TakesItsTokenBeforeAnAccessKey()
    {
        (string, string)[] settings =
        [
            ("BEDROCK_BASE_URL", "https://bedrock-runtime.us-east-1.amazonaws.com"), ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t"), ("AWS_REGION", "eu-west-1"),
        ];

        Assert.Equal(
            [
                new CredentialEntry(
                    "env:bedrock", CredentialKind.AwsAccessKey,
                    """{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"s","sessionToken":"t","region":"eu-west-1"}"""),
            ],
            Assert.Single(Load(settings).Entries).Credentials);
        Assert.Equal(
            [new CredentialEntry("env:bedrock:1", CredentialKind.ApiKey, "b")],
            Assert.Single(Load([.. settings, ("AWS_BEARER_TOKEN_BEDROCK", "b")]).Entries).Credentials);
    }

    [Fact]
    public void Load_Vertex_TakesTheCredentialItsFileOrTheProcesssIdentity()
    {
        const string url = "https://aiplatform.googleapis.com/v1/projects/p/locations/global";
        var account = GoogleSecrets.ServiceAccount().ToJsonString();
        var external = GoogleSecrets.External(new() { ["file"] = "/var/run/token" }).ToJsonString();
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, external);
            (string? Setting, CredentialKind Kind, string Secret)[] cases =
            [
                (account, CredentialKind.GoogleServiceAccount, account),
                (file, CredentialKind.GoogleWorkloadIdentity, external),
                ("", CredentialKind.GoogleServiceAccount, ""),
            ];
            foreach (var (setting, kind, secret) in cases)
            {
                Assert.Equal(
                    [new CredentialEntry("env:vertex", kind, secret)],
                    Assert.Single(Load(("VERTEX_BASE_URL", url), ("GOOGLE_APPLICATION_CREDENTIALS", setting!)).Entries).Credentials);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("AZURE_OPENAI_ENDPOINT", "https://my.example", "AZURE_OPENAI_API_KEY", "")]
    [InlineData("AZURE_OPENAI_ENDPOINT", "http://127.0.0.1:1", "AZURE_OPENAI_API_KEY", "")]
    [InlineData("BEDROCK_BASE_URL", "https://bedrock-runtime.us-east-1.amazonaws.com", "BEDROCK_BASE_URL", "")]
    [InlineData("BEDROCK_BASE_URL", "https://bedrock-runtime.us-east-1.amazonaws.com", "BEDROCK_BASE_URL", "AWS_ACCESS_KEY_ID=secret")]
    [InlineData(
        "BEDROCK_BASE_URL", "https://bedrock-runtime.us-east-1.amazonaws.com", "AWS_ACCESS_KEY_ID",
        "AWS_ACCESS_KEY_ID=secret AWS_SECRET_ACCESS_KEY=secret")]
    [InlineData(
        "VERTEX_BASE_URL", "https://aiplatform.googleapis.com/v1/projects/p/locations/l", "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_APPLICATION_CREDENTIALS=/no/secret")]
    [InlineData(
        "VERTEX_BASE_URL", "https://aiplatform.googleapis.com/v1/projects/p/locations/l", "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_APPLICATION_CREDENTIALS={\"type\":\"secret\"}")]
    public void Load_CloudsCredentialThatIsNone_IsNamedWithoutItsValue(string setting, string value, string named, string more)
    {
        var settings = more.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=', 2)).Select(s => (s[0], s[1]));
        var loaded = Load([(setting, value), .. settings]);

        var problem = Assert.Single(loaded.Problems);
        Assert.StartsWith(named, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
        Assert.Empty(loaded.Entries);
    }

    [Fact]
    public void Rows_All_HaveUniqueIdsAndSoundDefaults()
    {
        Assert.Equal(ProviderTable.Rows.Count, ProviderTable.Rows.Select(row => row.Id).Distinct().Count());
        Assert.All(ProviderTable.Rows, row =>
        {
            Assert.Same(row, ProviderTable.Find(row.Id));
            Assert.InRange(row.Rank, 1, 4);
            Assert.Matches("^[a-z-]+$", row.Id);
            Assert.False(row.DefaultBaseUrl.EndsWith('/'));
            var key = row.Credentials == CredentialSource.Google ? GoogleSecrets.ServiceAccount().ToJsonString() : "key";
            var baseUrl = row.DefaultBaseUrl.Length > 0 ? row.DefaultBaseUrl : "https://my.openai.azure.com";
            var entry = Assert.Single(Load((row.KeySetting, key), (row.BaseUrlSetting, baseUrl)).Entries);
            Assert.Equal(row.Id, entry.Id);
        });
    }

    private static LoadedProviders Load(params (string Name, string Value)[] settings) =>
        ProviderSettings.Load(name => settings.LastOrDefault(setting => setting.Name == name).Value);
}
