using AigneHub.LocalRuntime.Hosting;
using AigneHub.LocalRuntime.Tests.Functions;

namespace AigneHub.LocalRuntime.Tests;

public sealed class StartupTests
{
    private static readonly LocalArgument Mode = new("--mode", "AigneHub:Mode", "Enterprise|Provider");

    [Fact]
    public void CommandLine_Empty_ListensOnTheHostsPort()
    {
        var parsed = CommandLine.Parse([], []);

        Assert.Equal([new Uri("http://127.0.0.1:7071")], parsed.Urls);
        Assert.Null(parsed.Functions);
    }

    [Fact]
    public void CommandLine_WithEverything_IsUnderstood()
    {
        var parsed = CommandLine.Parse(
            ["--urls", "http://0.0.0.0:80;http://[::1]:81", "--functions", "A", "B", "--mode=Provider", "--functions", "C"],
            [Mode]);

        Assert.Equal([new Uri("http://0.0.0.0:80"), new Uri("http://[::1]:81")], parsed.Urls);
        Assert.Equal(["A", "B", "C"], parsed.Functions);
        Assert.Equal("Provider", parsed.Settings["AigneHub:Mode"]);
    }

    [Theory]
    [InlineData("--prot 1", "Unknown argument '--prot'")]
    [InlineData("--prot 1", "--mode Enterprise|Provider")]
    [InlineData("stray", "Unknown argument 'stray'")]
    [InlineData("--port", "--port needs a value")]
    [InlineData("--port --mode", "--port needs a value")]
    [InlineData("--port 70000", "65535")]
    [InlineData("--port 1 --urls http://x:1", "give one of them")]
    [InlineData("--urls https://127.0.0.1:1", "http://HOST:PORT")]
    public void CommandLine_ThatIsWrong_IsRefused(string line, string words)
    {
        var refusal = Assert.Throws<LocalStartupException>(() => CommandLine.Parse(line.Split(' '), [Mode]));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HostJson_OfTheRepository_IsObeyed()
    {
        var hostJson = HostJson.Read(Path.Combine(ContentRoot.Find("AigneHub.sln")!, "host.json"));

        Assert.Equal("", hostJson.RoutePrefix);
        Assert.Equal(TimeSpan.FromSeconds(2), hostJson.Queues.PollingMax);
        Assert.Equal(TimeSpan.FromSeconds(30), hostJson.Queues.RetryDelay);
        Assert.Equal(1000, hostJson.Queues.MaxDequeueCount);
        Assert.True(hostJson.Queues.Base64);
    }

    [Theory]
    [InlineData("""{"extensions":{"queues":{"batchSize":33}}}""", "batchSize")]
    [InlineData("""{"extensions":{"queues":{"messageEncoding":"hex"}}}""", "hex")]
    [InlineData("""{"extensions":""", "can't be read")]
    public void HostJson_ThatIsWrong_IsRefused(string json, string words)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, json);

        var refusal = Assert.Throws<LocalStartupException>(() => HostJson.Read(path));
        File.Delete(path);

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_LaterSources_Win()
    {
        var folder = Directory.CreateTempSubdirectory("local-runtime-").FullName;
        File.WriteAllText(
            Path.Combine(folder, "local.settings.json"),
            """
            {
              // As func writes it.
              "IsEncrypted": false,
              "Values": { "A__B": "file", "C:D": "file", "RUNTIME_TESTS__E": "file", "AigneHub__Mode": "file", "N": 5 }
            }
            """);
        Environment.SetEnvironmentVariable("RUNTIME_TESTS__E", "environment");

        var configuration = LocalFunctionsApp.CreateBuilder(new LocalFunctionsOptions
        {
            Functions = typeof(StartupTests).Assembly,
            ContentRoot = folder,
            Args = ["--mode", "Provider"],
            Arguments = [Mode],
        }).Configuration;
        Directory.Delete(folder, recursive: true);

        Assert.Equal("file", configuration["A:B"]);
        Assert.Equal("file", configuration["C:D"]);
        Assert.Equal("5", configuration["N"]);
        Assert.Equal("environment", configuration["RUNTIME_TESTS:E"]);
        Assert.Equal("Provider", configuration["AigneHub:Mode"]);
    }

    [Fact]
    public async Task Functions_DisabledOrNotNamed_AreNotServed()
    {
        var builder = TestApp.Builder([typeof(RouteFunctions)], args: ["--functions", "item", "Model", "Models", "Named"]);
        builder.Configuration["AzureWebJobs.Model.Disabled"] = "1";
        builder.Configuration["AzureWebJobs:Models:Disabled"] = "true";
        builder.Configuration["AzureWebJobs.Named.Disabled"] = "false";

        await using var app = builder.Build();

        Assert.Equal(["Item", "Named"], app.Functions);
    }

    [Fact]
    public void Functions_NamedButMissing_AreRefused()
    {
        var builder = TestApp.Builder([typeof(StreamFunctions)], args: ["--functions", "Strem"]);

        var refusal = Assert.Throws<LocalStartupException>(() => builder.Build());

        Assert.Contains("'Strem'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Stream", refusal.Message, StringComparison.Ordinal);
    }
}
