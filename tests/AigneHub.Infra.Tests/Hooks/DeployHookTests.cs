using System.Text.RegularExpressions;
using AigneHub.Providers;

namespace AigneHub.Infra.Tests.Hooks;

/// <summary>The hooks around deploying, against a stand-in of the hub on loopback.</summary>
public sealed partial class DeployHookTests
{
    private const string Key = "hubadmin_of-the-vault";

    [Theory]
    [InlineData("provider", "network", "403", 0)]
    [InlineData("enterprise", "network", "401", 0)]
    [InlineData("enterprise", "network", "403", 1)]
    [InlineData("enterprise", "network", "000", 1)]
    [InlineData("enterprise", "package", "401", 1)]
    public async Task Predeploy_TheWayToTheSite_IsChecked(string mode, string access, string status, int exitCode)
    {
        using var run = new HookRun();
        run.StandIn("curl", $"*) printf {status} ;;");
        run.Environment["AIGNEHUB_DEPLOYMENT_MODE"] = mode;
        run.Environment["AIGNEHUB_DEPLOYMENT_ACCESS"] = access;
        await run.RunAsync("predeploy");
        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain(run.Calls, call => call.StartsWith("az ", StringComparison.Ordinal));
        if (status is "403" or "000" && mode == "enterprise")
        {
            Assert.Contains("AIGNEHUB_DEPLOYMENT_ACCESS allow-list", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Predeploy_AllowList_LetsOneAddressInBeforeItOpens()
    {
        using var run = new HookRun();
        run.StandIn("curl", "*) printf 401 ;;");
        run.Environment["AIGNEHUB_DEPLOYMENT_MODE"] = "enterprise";
        run.Environment["AIGNEHUB_DEPLOYMENT_ACCESS"] = "allow-list";
        run.Environment["AIGNEHUB_DEPLOYER_IP"] = "203.0.113.7";
        await run.RunAsync("predeploy");
        Assert.Equal(0, run.ExitCode);
        var calls = run.Calls.Where(call => call.StartsWith("az ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, calls.Length);
        Assert.Contains("\"ipAddress\":\"203.0.113.7/32\"", calls[0], StringComparison.Ordinal);
        Assert.Contains("\"publicNetworkAccess\":\"Enabled\"", calls[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predeploy_AllowListThatDoesNotHelp_IsClosedAgain()
    {
        using var run = new HookRun();
        run.StandIn("curl", "*) printf 403 ;;");
        run.Environment["AIGNEHUB_DEPLOYMENT_MODE"] = "enterprise";
        run.Environment["AIGNEHUB_DEPLOYMENT_ACCESS"] = "allow-list";
        run.Environment["AIGNEHUB_DEPLOYER_IP"] = "203.0.113.7";
        run.Environment["AIGNEHUB_HOOK_PAUSE"] = "0";
        await run.RunAsync("predeploy");
        Assert.Equal(1, run.ExitCode);
        AssertClosed(run);
    }

    [Fact]
    public async Task Postdeploy_AfterTheAllowList_ClosesTheSiteAndSaysHowToGoOn()
    {
        using var run = new HookRun();
        run.StandIn("curl", "*) printf 000 ;;");
        run.Environment["AIGNEHUB_DEPLOYMENT_MODE"] = "enterprise";
        run.Environment["AIGNEHUB_DEPLOYMENT_ACCESS"] = "allow-list";
        run.Environment["AIGNEHUB_URL"] = "https://func-demo.azurewebsites.net";
        await run.RunAsync("postdeploy");
        Assert.Equal(0, run.ExitCode);
        AssertClosed(run);
        Assert.Contains("inside its network only", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postdeploy_AHubThatRuns_GetsVendorsAndASmokeTest()
    {
        await using var hub = await StandInHub.StartAsync(Key);
        using var run = ForHub(hub);
        run.Environment["OPENAI_API_KEY"] = "sk-\"first\\";
        run.Environment["GROQ_API_KEY"] = "gsk-second";
        run.Environment["GROQ_BASE_URL"] = "https://groq.example.com/v1";
        run.Environment["AZURE_OPENAI_ENDPOINT"] = "https://demo.openai.azure.com";
        await run.RunAsync("postdeploy");
        Assert.True(run.ExitCode == 0, run.Output);

        Assert.Equal(
            [
                """{"id":"openai","vendor":"openai"}""",
                """{"provider":"openai","name":"azd","kind":"apiKey","secret":"sk-\"first\\"}""",
                """{"id":"groq","vendor":"groq","baseUrl":"https://groq.example.com/v1"}""",
                """{"provider":"groq","name":"azd","kind":"apiKey","secret":"gsk-second"}""",
                """{"id":"azure-openai","vendor":"azure-openai","baseUrl":"https://demo.openai.azure.com"}""",
                """{"provider":"azure-openai","name":"azd","kind":"entraId"}""",
            ],
            hub.Entered);
        Assert.Contains("Its usage is in the ledger.", run.Output, StringComparison.Ordinal);
        Assert.Contains($"AigneHub runs at {hub.Url}", run.Output, StringComparison.Ordinal);
        string[] secrets = [Key, "gsk-second", "first"];
        Assert.DoesNotContain(secrets, secret => run.Output.Contains(secret, StringComparison.Ordinal));
        Assert.True(run.LeftNothing());
    }

    [Fact]
    public async Task Postdeploy_AProviderThatIsThere_StaysAsItIs()
    {
        await using var hub = await StandInHub.StartAsync(Key, knownProvider: true);
        using var run = ForHub(hub);
        run.Environment["OPENAI_API_KEY"] = "sk-new";
        await run.RunAsync("postdeploy");
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Single(hub.Entered);
        Assert.Contains("openai is there already", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postdeploy_AnotherKeyThanTheHubs_Fails()
    {
        await using var hub = await StandInHub.StartAsync("another-key-than-the-vault-has");
        using var run = await ForHub(hub).RunAsync("postdeploy");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is not the hub's (401)", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Roles and references to the vault come into force minutes after they were made.</summary>
    [Fact]
    public async Task Postdeploy_AVaultAndAKeyThatComeLate_AreWaitedFor()
    {
        await using var hub = await StandInHub.StartAsync(Key, refusesKey: 2);
        using var run = ForHub(hub);
        run.StandIn(
            "az", $"*'keyvault secret show'*) echo >>\"$0.asked\"; [ \"$(wc -l <\"$0.asked\")\" -ge 3 ] || exit 1; echo '{Key}' ;;");
        await run.RunAsync("postdeploy");
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(3, run.Calls.Count(call => call.Contains("keyvault secret show", StringComparison.Ordinal)));
        Assert.Contains("The administrator's key is in force", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postdeploy_AVaultThatStaysClosed_SaysWhy()
    {
        await using var hub = await StandInHub.StartAsync(Key);
        using var run = ForHub(hub);
        run.StandIn("az", "*'keyvault secret show'*) echo 'Caller is not authorized' >&2; exit 1 ;;");
        run.Environment["AIGNEHUB_HOOK_TRIES"] = "4";
        run.Environment["AIGNEHUB_HOOK_PAUSE"] = "0";
        await run.RunAsync("postdeploy");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("admin-key of kv-demo can't be read:", run.Output, StringComparison.Ordinal);
        Assert.Contains("Caller is not authorized", run.Output, StringComparison.Ordinal);
        Assert.Equal(4, run.Calls.Count(call => call.Contains("keyvault secret show", StringComparison.Ordinal)));
        Assert.True(run.LeftNothing());
    }

    [Fact]
    public async Task Postdeploy_AStreamThatIsCut_Fails()
    {
        await using var hub = await StandInHub.StartAsync(Key, cutsStreams: true);
        using var run = await ForHub(hub).RunAsync("postdeploy");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("did not stream a whole answer", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postdeploy_UsageThatIsNotSettled_Fails()
    {
        await using var hub = await StandInHub.StartAsync(Key, settles: false);
        using var run = ForHub(hub);
        run.Environment["AIGNEHUB_HOOK_PAUSE"] = "0";
        await run.RunAsync("postdeploy");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is not in the ledger", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Every vendor with an API key, under the names that the hub itself reads.</summary>
    [Fact]
    public void Vendors_OfTheHook_AreTheProviderTables()
    {
        var hook = Repository.Read("infra/hooks/vendors.sh");
        var rows = VendorRow().Matches(hook).Select(match => match.Value).Order(StringComparer.Ordinal);
        var expected = ProviderTable.Rows.Where(row => row.NeedsKey && row.Credentials == CredentialSource.ApiKey)
            .Select(row => $"{row.Id} {row.KeySetting} {row.BaseUrlSetting}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, rows);
        Assert.All(
            ProviderTable.Rows.Where(row => row.Credentials is CredentialSource.ApiKeyOrEntra or CredentialSource.Aws),
            row => Assert.Contains($"enter {row.Id} \"${{{row.KeySetting}:-}}\" \"${row.BaseUrlSetting}\"", hook.Replace(
                $"\"${row.KeySetting}\"", $"\"${{{row.KeySetting}:-}}\"", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static HookRun ForHub(StandInHub hub)
    {
        var run = new HookRun();
        run.StandIn("az", $"*'keyvault secret show'*) echo '{Key}' ;;");
        run.Environment["AIGNEHUB_DEPLOYMENT_MODE"] = "provider";
        run.Environment["AIGNEHUB_URL"] = hub.Url;
        run.Environment["AIGNEHUB_HOOK_TRIES"] = "20";
        run.Environment["no_proxy"] = "127.0.0.1";
        return run;
    }

    private static void AssertClosed(HookRun run)
    {
        var calls = run.Calls.Where(call => call.StartsWith("az ", StringComparison.Ordinal)).TakeLast(2).ToArray();
        Assert.Contains("\"publicNetworkAccess\":\"Disabled\"", calls[0], StringComparison.Ordinal);
        Assert.Contains("\"scmIpSecurityRestrictions\":[]", calls[1], StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^[a-z-]+ [A-Z_]+_KEY [A-Z_]+_URL$", RegexOptions.Multiline)]
    private static partial Regex VendorRow();
}
