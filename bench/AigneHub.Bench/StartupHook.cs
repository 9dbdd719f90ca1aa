using System.Globalization;
using System.Net.Sockets;
using System.Text;

/// <summary>
/// Runs in every measured process before its own code (<c>DOTNET_STARTUP_HOOKS</c>) and tells on a Unix socket what only
/// the process itself knows: the bytes it has allocated, in total and on its heap. It does nothing until it is asked.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for this type outside any namespace.
internal static class StartupHook
#pragma warning restore CA1050
{
    public const string SocketVariable = "AIGNEHUB_BENCH_METER";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is not { Length: > 0 } path || File.Exists(path))
        {
            return;
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        new Thread(() => Serve(listener)) { IsBackground = true, Name = "bench meter" }.Start();
    }

    private static void Serve(Socket listener)
    {
        while (true)
        {
            using var client = listener.Accept();
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {GC.GetTotalMemory(false)} {GC.CollectionCount(0)}");
            client.Send(Encoding.ASCII.GetBytes(line));
        }
    }
}
