namespace AigneHub.LocalRuntime.Hosting;

/// <summary>The parsed command line; refuses what nobody knows.</summary>
/// <param name="Urls">Where to listen; at least one.</param>
/// <param name="Functions">The functions to serve; null means all.</param>
/// <param name="Settings">Configuration keys that the app's own arguments set.</param>
internal sealed record CommandLine(
    IReadOnlyList<Uri> Urls, IReadOnlyList<string>? Functions, IReadOnlyDictionary<string, string?> Settings)
{
    private const int DefaultPort = 7071;

    public static CommandLine Parse(IReadOnlyList<string> args, IReadOnlyList<LocalArgument> known)
    {
        Uri[]? urls = null;
        List<string>? functions = null;
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        while (at < args.Count)
        {
            var (name, inline) = Split(args[at++]);
            string Value() => inline ?? (at < args.Count && !args[at].StartsWith("--", StringComparison.Ordinal)
                ? args[at++]
                : throw new LocalStartupException($"{name} needs a value. {Usage(known)}"));

            switch (name)
            {
                case "--port" or "--urls" when urls is not null:
                    throw new LocalStartupException("--port and --urls say the same thing: give one of them, once.");
                case "--port":
                    urls = [PortUrl(Value())];
                    break;
                case "--urls":
                    urls = [.. Value().Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Url)];
                    break;
                case "--functions":
                    (functions ??= []).Add(Value());
                    while (at < args.Count && !args[at].StartsWith("--", StringComparison.Ordinal))
                        functions.Add(args[at++]);
                    break;
                default:
                    var argument = known.FirstOrDefault(k => k.Name == name)
                        ?? throw new LocalStartupException($"Unknown argument '{name}'. {Usage(known)}");
                    settings[argument.ConfigurationKey] = Value();
                    break;
            }
        }

        return new CommandLine(urls ?? [PortUrl(DefaultPort.ToString(null, null))], functions, settings);
    }

    private static (string Name, string? Value) Split(string arg)
    {
        var equals = arg.StartsWith("--", StringComparison.Ordinal) ? arg.IndexOf('=', StringComparison.Ordinal) : -1;
        return equals < 0 ? (arg, null) : (arg[..equals], arg[(equals + 1)..]);
    }

    private static string Usage(IReadOnlyList<LocalArgument> known) =>
        "Known arguments: " + string.Join(", ", (string[])
        [
            "--port N (0 = any free port)", "--urls http://HOST:PORT[;...]", "--functions NAME...",
            .. known.Select(k => $"{k.Name} {k.Usage}"),
        ]) + ".";

    private static Uri PortUrl(string port) =>
        ushort.TryParse(port, out var number)
            ? new Uri($"http://127.0.0.1:{number}")
            : throw new LocalStartupException($"--port must be a number from 0 to 65535, not '{port}'.");

    private static Uri Url(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.AbsolutePath == "/"
            ? uri
            : throw new LocalStartupException($"--urls must be of the form http://HOST:PORT, not '{url}'.");
}
