using AigneHub.Functions;
using AigneHub.Functions.Local;
using AigneHub.LocalRuntime;

try
{
    await using var hub = await LocalHub.StartAsync(new LocalHubOptions { Args = args }, CancellationToken.None);
    await Console.Out.WriteLineAsync(hub.Banner());
    await hub.WaitForShutdownAsync(CancellationToken.None);
    return 0;
}
catch (Exception e) when (e is LocalStartupException or SettingsException)
{
    await Console.Error.WriteLineAsync($"aignehub: {e.Message}");
    return 1;
}
