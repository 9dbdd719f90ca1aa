using System.Text.RegularExpressions;

namespace AigneHub.Infra.Tests.Hooks;

/// <summary>The hooks around provisioning.</summary>
public sealed partial class ProvisionHookTests
{
    private const string Registered = "'provider show'*) echo Registered ;;\n*flexconsumption*) printf 'North Europe\\nSweden Central\\n' ;;";

    [Fact]
    public async Task Preprovision_AProviderNotRegistered_IsRegistered()
    {
        using var run = new HookRun();
        run.StandIn("az", "*Microsoft.App\\ *) echo NotRegistered ;;\n" + Registered);
        run.Environment["AZURE_LOCATION"] = "swedencentral";
        await run.RunAsync("preprovision");
        Assert.Equal("", run.ExitCode == 0 ? "" : run.Output);
        Assert.Equal(
            ["az provider register --namespace Microsoft.App --wait --output none --subscription sub"],
            run.Calls.Where(call => call.Contains("register ", StringComparison.Ordinal)));
        Assert.DoesNotContain(run.Calls, call => call.Contains("Microsoft.ServiceBus", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preprovision_WithABudget_SetsItsFirstMonthOnce()
    {
        using var run = new HookRun();
        run.StandIn("az", Registered);
        run.Environment["AIGNEHUB_MONTHLY_BUDGET"] = "100";
        await run.RunAsync("preprovision");
        Assert.Matches(BudgetCall(), Assert.Single(run.Calls, call => call.StartsWith("azd ", StringComparison.Ordinal)));

        using var again = new HookRun();
        again.StandIn("az", Registered);
        again.Environment["AIGNEHUB_MONTHLY_BUDGET"] = "100";
        again.Environment["AIGNEHUB_BUDGET_START"] = "2030-01-01";
        await again.RunAsync("preprovision");
        Assert.DoesNotContain(again.Calls, call => call.StartsWith("azd ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AIGNEHUB_DEPLOYMENT_MODE", "both", "must be enterprise or provider")]
    [InlineData("AIGNEHUB_DEPLOYMENT_ACCESS", "allow-list", "needs AIGNEHUB_DEPLOYER_IP")]
    [InlineData("AIGNEHUB_DEPLOYMENT_ACCESS", "open", "must be network, allow-list or package")]
    [InlineData("AIGNEHUB_APP_SUBNET_ID", "/subnets/x", "must be delegated to Microsoft.App/environments")]
    [InlineData("AZURE_LOCATION", "moon", "Flex Consumption is not offered in moon")]
    public async Task Preprovision_ABadValue_EndsIt(string name, string value, string message)
    {
        using var run = new HookRun();
        run.StandIn("az", Registered);
        run.Environment[name] = value;
        await run.RunAsync("preprovision");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(message, run.Output, StringComparison.Ordinal);
    }

    /// <summary>The app's settings would refer to nothing, and a hub that ran would be without payments.</summary>
    [Theory]
    [InlineData(null, "", "exported in this shell")]
    [InlineData(null, "STRIPE_SECRET_KEY", "exported in this shell")]
    [InlineData("admin-key", "", "export STRIPE_SECRET_KEY")]
    [InlineData("admin-key\nstripe-secret-key", "STRIPE_SECRET_KEY", "export STRIPE_WEBHOOK_SECRET")]
    public async Task Preprovision_StripeWithoutItsSecrets_EndsIt(string? vault, string given, string message)
    {
        using var run = ForStripe(vault, given);
        await run.RunAsync("preprovision");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(message, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Calls, call => call.Contains("--method put", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET", "")]
    [InlineData("stripe-secret-key\nstripe-webhook-secret", "", "")]
    [InlineData("stripe-secret-key\nstripe-webhook-secret", "STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET", "")]
    [InlineData("stripe-secret-key", "STRIPE_WEBHOOK_SECRET", "stripe-webhook-secret")]
    [InlineData("admin-key", "STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET", "stripe-secret-key stripe-webhook-secret")]
    public async Task Preprovision_Stripe_WritesWhatAVaultLacks(string? vault, string given, string written)
    {
        using var run = ForStripe(vault, given);
        await run.RunAsync("preprovision");
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(written, string.Join(' ', run.Calls.Where(call => call.Contains("--method put", StringComparison.Ordinal))
            .Select(call => SecretName().Match(call).Groups[1].Value)));
        Assert.DoesNotContain("a-secret", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Calls, call => call.Split(" < ")[0].Contains("a-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Preprovision_NobodySignedIn_EndsIt()
    {
        using var run = new HookRun();
        run.StandIn("az", "'account show'*) exit 1 ;;");
        await run.RunAsync("preprovision");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("az login", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postprovision_ANewVault_GetsRandomSecretsThatNobodySees()
    {
        using var run = new HookRun();
        await run.RunAsync("postprovision");
        Assert.Equal(0, run.ExitCode);
        var written = run.Calls.Where(call => call.Contains("--method put", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["master-key", "admin-key"], written.Select(call => SecretName().Match(call).Groups[1].Value));
        var values = written.Select(call => SecretValue().Match(call).Groups[1].Value).ToArray();
        Assert.Equal(32, Convert.FromBase64String(values[0]).Length);
        Assert.Matches("^hubadmin_[0-9a-f]{64}$", values[1]);
        // Not in arguments, which other users of the machine see, and not in what is printed.
        Assert.All(written, call => Assert.DoesNotContain(
            values, value => call.Split(" < ")[0].Contains(value, StringComparison.Ordinal)));
        Assert.DoesNotContain(values, value => run.Output.Contains(value, StringComparison.Ordinal));
        Assert.Contains("configreferences/appsettings/refresh", run.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postprovision_SecretsThatAreThere_StayAsTheyAre()
    {
        using var run = new HookRun();
        run.StandIn("az", "*'--method get'*) printf 'admin-key\\nmaster-key\\n' ;;");
        await run.RunAsync("postprovision");
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain(run.Calls, call => call.Contains("--method put", StringComparison.Ordinal));
    }

    /// <summary>Another master key would make stored secrets unreadable.</summary>
    [Fact]
    public async Task Postprovision_AVaultThatDoesNotAnswer_IsNotWritten()
    {
        using var run = new HookRun();
        run.StandIn("az", "*'--method get'*) exit 1 ;;");
        await run.RunAsync("postprovision");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Single(run.Calls);
    }

    [Theory]
    [InlineData("provider", 2)]
    [InlineData("enterprise", 0)]
    public async Task Postprovision_StripesSecrets_AreKeptForAProvider(string mode, int count)
    {
        using var run = new HookRun();
        run.Environment["AIGNEHUB_DEPLOYMENT_MODE"] = mode;
        run.Environment["STRIPE_SECRET_KEY"] = "sk_test_\"quoted\\";
        run.Environment["STRIPE_WEBHOOK_SECRET"] = "whsec_test";
        await run.RunAsync("postprovision");
        var written = run.Calls.Where(call => call.Contains("/secrets/stripe-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(count, written.Length);
        if (count > 0)
        {
            Assert.EndsWith("""{"properties":{"value":"sk_test_\"quoted\\"}}""", written[0], StringComparison.Ordinal);
        }
    }

    /// <param name="vault">The secrets that it has; null: there is none yet.</param>
    /// <param name="given">The variables that are exported.</param>
    private static HookRun ForStripe(string? vault, string given)
    {
        var run = new HookRun();
        run.StandIn("az", vault is null
            ? "*'--method get'*) exit 3 ;;\n" + Registered
            : $"*/secrets\\?*) printf '{vault.Replace("\n", "\\n", StringComparison.Ordinal)}\\n' ;;\n" + Registered);
        run.Environment["AIGNEHUB_PAYMENTS"] = "Stripe";
        foreach (var variable in given.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            run.Environment[variable] = "a-secret";
        }

        return run;
    }

    [GeneratedRegex(@"^azd env set AIGNEHUB_BUDGET_START \d{4}-\d\d-01$")]
    private static partial Regex BudgetCall();

    [GeneratedRegex(@"/secrets/([\w-]+)\?")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"""value"":""([^""]+)""")]
    private static partial Regex SecretValue();
}
