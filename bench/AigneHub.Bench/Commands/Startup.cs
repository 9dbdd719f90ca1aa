using System.Globalization;
using AigneHub.Bench.Processes;
using AigneHub.Core.Keys;

namespace AigneHub.Bench.Commands;

/// <summary>From nothing to listening: as a developer starts the hub, Azurite included, and the built app alone.</summary>
internal static class Startup
{
    private const double DotnetRunSecondsMax = 4;
    private const double AppSecondsMax = 1.5;

    /// <summary>Arguments: <c>--rounds</c>.</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var rounds = arguments.Number("--rounds", 5);
        var run = new Series();
        var app = new Series();
        await using var storage = await HubUnderTest.PrepareAsync();
        for (var round = 0; round < rounds; round++)
        {
            run.Add(await DotnetRunAsync());
            await using var hub = await MeteredProcess.StartAsync(
                [Repository.Hub, "--port", "0"],
                new Dictionary<string, string>
                {
                    ["AIGNEHUB_DATA"] = storage.Folder,
                    ["AigneHubStorage"] = storage.ConnectionString,
                    [AdministratorKey.Setting] = storage.Key,
                },
                metered: false);
            app.Add(hub.StartTime.TotalSeconds);
        }

        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine("| start to listening, s | median (range) | bar |");
        Console.WriteLine("|---|---|---|");
        Print("dotnet run --no-build, Azurite started with it", run, DotnetRunSecondsMax);
        Print("the built app, Azurite running", app, AppSecondsMax);
        return 0;
    }

    private static async Task<double> DotnetRunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("aignehub-bench-").FullName;
        var configuration = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Repository.Hub)))!;
        TimeSpan time;
        await using (var hub = await MeteredProcess.StartAsync(
            ["run", "--no-build", "-c", configuration, "--project", Repository.HubProject, "--", "--port", "0"],
            new Dictionary<string, string> { ["AIGNEHUB_DATA"] = folder }, metered: false))
        {
            time = hub.StartTime;
        }

        Directory.Delete(folder, recursive: true);
        return time.TotalSeconds;
    }

    private static void Print(string what, Series times, double most) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {times.ToString("0.00")} | < {most} {(times.Median < most ? "held" : "**broken**")} |"));
}
