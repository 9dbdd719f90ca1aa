using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace AigneHub.Hub.Tests.Support;

/// <summary>A hub as a process of its own, as <c>dotnet run</c> starts it.</summary>
internal sealed partial class HubProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly Task _rest;

    private HubProcess(Process process, Task<string> errors, Task rest, string banner, Uri address, string key)
    {
        _process = process;
        _errors = errors;
        _rest = rest;
        Banner = banner;
        Address = address;
        Key = key;
        Client = new HttpClient { BaseAddress = address };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    public string Banner { get; }
    public Uri Address { get; }
    public string Key { get; }
    public HttpClient Client { get; }

    public static Task<HubProcess> StartAsync(
        string dataFolder, IReadOnlyDictionary<string, string>? environment = null, params string[] args) =>
        StartAsync(dataFolder, environment, static _ => { }, args);

    /// <param name="onLine">Gets every line that the hub prints before it listens.</param>
    public static async Task<HubProcess> StartAsync(
        string dataFolder, IReadOnlyDictionary<string, string>? environment, Action<string> onLine, params string[] args)
    {
        var process = Launch(dataFolder, environment, args);
        try
        {
            return await ListeningAsync(process, onLine);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    private static async Task<HubProcess> ListeningAsync(Process process, Action<string> onLine)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var banner = "";
        while (!LastLine().IsMatch(banner))
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120));
            Assert.True(line is not null, $"The hub ended before it listened: {banner}{(line is null ? await errors : "")}");
            onLine(line!);
            banner += line + "\n";
        }

        // What it logs from now on must not fill the pipe.
        var rest = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return new HubProcess(
            process, errors, rest, banner, new Uri(AddressLine().Match(banner).Groups[1].Value), KeyLine().Match(banner).Groups[1].Value);
    }

    /// <summary>Runs a hub that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Errors)> RunToEndAsync(
        string dataFolder, IReadOnlyDictionary<string, string>? environment = null, params string[] args)
    {
        using var process = Launch(dataFolder, environment, args);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await output;
        return (process.ExitCode, errors);
    }

    /// <summary>Asks it to end as a platform does, and returns its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Assert.Equal(0, Kill(_process.Id, Sigterm));
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    /// <summary>Ends it without a chance to do anything: <c>kill -9</c>. The signal is sent when this returns its task.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        try
        {
            if (!_process.HasExited)
            {
                await TerminateAsync();
            }
        }
        finally
        {
            _process.Kill();
        }

        await Task.WhenAll(_errors, _rest);
        _process.Dispose();
    }

    private static Process Launch(string dataFolder, IReadOnlyDictionary<string, string>? environment, string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "AigneHub.Functions.dll"), "--port", "0", .. args])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AIGNEHUB_DATA"] = dataFolder;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"listens on (\S+)")]
    private static partial Regex AddressLine();

    [GeneratedRegex("Then see what it cost|^  Serves ", RegexOptions.Multiline)]
    private static partial Regex LastLine();

    [GeneratedRegex(@"Key +(\S+)")]
    private static partial Regex KeyLine();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
