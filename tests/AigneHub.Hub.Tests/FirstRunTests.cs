using System.Diagnostics;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Crashes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>A hub from nothing, as its first user meets it. Measures seconds: alone.</summary>
[Collection(CrashCollection.Name)]
public sealed class FirstRunTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("aignehub-process-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task FromNothing_CallStreamsAndIsInTheSumsWithinFiveSecondsAndAfterARestart()
    {
        string key;
        await using (var hub = await HubProcess.StartAsync(_data))
        {
            key = hub.Key;
            await AssertCurlLineStreamsAsync(hub);
            await AssertOneCallAsync(hub, TimeSpan.FromSeconds(5));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_data, "admin-key")));
            }

            Assert.Equal(0, await hub.TerminateAsync());
        }

        Assert.False(File.Exists(Path.Combine(_data, "azurite.json")), "The last hub out stops Azurite.");
        await using var again = await HubProcess.StartAsync(_data);
        Assert.Equal(key, again.Key);
        await AssertOneCallAsync(again, TimeSpan.FromSeconds(5));
    }

    private static async Task AssertCurlLineStreamsAsync(HubProcess hub)
    {
        var line = hub.Banner.Split('\n').Single(l => l.StartsWith("curl -N", StringComparison.Ordinal));
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", $"/c {line}")
            : new ProcessStartInfo("/bin/sh", ["-c", line]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var curl = Process.Start(start)!;
        var output = await curl.StandardOutput.ReadToEndAsync();
        Assert.Contains("\"content\":\"", output, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", output, StringComparison.Ordinal);
    }

    private static async Task AssertOneCallAsync(HubProcess hub, TimeSpan within)
    {
        var started = Stopwatch.GetTimestamp();
        await Until.TrueAsync(
            async () => JsonNode.Parse(await hub.Client.GetStringAsync(new Uri("/api/me/usage", UriKind.Relative)))!
                ["total"]!["calls"]!.GetValue<int>() == 1,
            "the call is in the sums");
        Assert.True(Stopwatch.GetElapsedTime(started) < within, $"It took {Stopwatch.GetElapsedTime(started)}.");
    }
}
