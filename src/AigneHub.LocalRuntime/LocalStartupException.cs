namespace AigneHub.LocalRuntime;

/// <summary>
/// Why the app can't start, in words for the person who started it: print <see cref="Exception.Message"/> alone
/// (no stack trace) and exit with 1.
/// </summary>
public sealed class LocalStartupException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static LocalStartupException Refuse(string function, string why) => new($"Function '{function}': {why}");
}
