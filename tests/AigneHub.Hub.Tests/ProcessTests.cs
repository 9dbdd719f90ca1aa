using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Keys;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>Hubs as processes: side by side, over restarts.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("aignehub-process-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task SecondHub_SharesAzuriteAndOutlivesTheFirst()
    {
        await using var first = await HubProcess.StartAsync(_data);
        var azurite = AzuritePid();
        await using var second = await HubProcess.StartAsync(_data);

        Assert.Equal(azurite, AzuritePid());
        Assert.Equal(first.Key, second.Key);
        Assert.Equal(0, await first.TerminateAsync());
        await ChatAsync(second);
        await AssertCallsAsync(second, calls: 1);
        Assert.Equal(0, await second.TerminateAsync());
        AssertAzuriteStopped();
    }

    [Fact]
    public async Task GatewayAndSettler_WorkAsSeparateProcesses()
    {
        await using var gateway = await HubProcess.StartAsync(_data, new Dictionary<string, string>
        {
            ["AzureWebJobs__SettleUsage__Disabled"] = "true",
            ["AzureWebJobs__KeepPoison__Disabled"] = "true",
        });
        await ChatAsync(gateway);
        await ChatAsync(gateway);
        Assert.Equal(0, (await UsageAsync(gateway))["total"]!["calls"]!.GetValue<int>());

        await using var settler = await HubProcess.StartAsync(_data, null, "--functions", "SettleUsage", "KeepPoison");
        using var refused = await settler.Client.GetAsync(new Uri("/health", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        await AssertCallsAsync(gateway, calls: 2);
    }

    [Fact]
    public async Task AdministratorsKey_ChangedInTheSettings_ReplacesTheOldOne()
    {
        var (old, changed) = ("an-old-key-of-the-operator-1", HubKey.Generate());
        await using (var hub = await HubProcess.StartAsync(_data, new Dictionary<string, string> { [AdministratorKey.Setting] = old }))
        {
            Assert.Equal(old, hub.Key);
            await ChatAsync(hub);
        }

        await using var restarted = await HubProcess.StartAsync(_data, new Dictionary<string, string> { [AdministratorKey.Setting] = changed });
        await ChatAsync(restarted);
        restarted.Client.DefaultRequestHeaders.Authorization = new("Bearer", old);
        using var refused = await restarted.Client.GetAsync(new Uri("/v1/models", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("AIGNEHUB_ADMIN_KEY", "too-short", "AIGNEHUB_ADMIN_KEY must have 24")]
    [InlineData("OPENAI_BASE_URL", "ftp://vendor", "OPENAI_BASE_URL")]
    [InlineData("AigneHub__Mode", "Both", "Mode")]
    [InlineData("AigneHub__Gateway__KeyCacheSeconds", "6", "AigneHub__Gateway__KeyCacheSeconds must be from 0 to 5")]
    public async Task WrongSetting_EndsTheStartWithOneClearLine(string setting, string value, string named)
    {
        var (exitCode, errors) = await HubProcess.RunToEndAsync(
            _data, new Dictionary<string, string> { ["OPENAI_API_KEY"] = "sk-secret-of-the-test", [setting] = value });

        Assert.Equal(1, exitCode);
        Assert.Contains(named, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(value, setting == "AIGNEHUB_ADMIN_KEY" ? errors : "", StringComparison.Ordinal);
    }

    private static async Task ChatAsync(HubProcess hub)
    {
        using var response = await hub.Client.PostAsync(
            new Uri("/v1/chat/completions", UriKind.Relative),
            new StringContent("""{"model":"sim/chat-fast","messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<JsonNode> UsageAsync(HubProcess hub) =>
        JsonNode.Parse(await hub.Client.GetStringAsync(new Uri("/api/me/usage", UriKind.Relative)))!;

    private static Task AssertCallsAsync(HubProcess hub, int calls) => Until.TrueAsync(
        async () => (await UsageAsync(hub))["total"]!["calls"]!.GetValue<int>() == calls, $"{calls} calls in the sums");

    private void AssertAzuriteStopped() =>
        Assert.False(File.Exists(Path.Combine(_data, "azurite.json")), "The last hub out stops Azurite.");

    private int AzuritePid() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(_data, "azurite.json")))!["pid"]!.GetValue<int>();
}
