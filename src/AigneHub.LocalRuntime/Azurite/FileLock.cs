using System.Diagnostics;

namespace AigneHub.LocalRuntime.Azurite;

/// <summary>A lock between processes: an exclusively opened file, which the system lets go when its process ends.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <exception cref="LocalStartupException">The lock was not free in time.</exception>
    public static async Task<FileLock> TakeAsync(string path, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return Take(path);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (Stopwatch.GetElapsedTime(start) > limit)
                    throw new LocalStartupException($"{path} was not free within {limit.TotalSeconds} s: {e.Message}", e);
                await Task.Delay(25, cancellationToken);
            }
        }
    }

    /// <summary>Null when another process has it.</summary>
    public static FileLock? TryTake(string path)
    {
        try
        {
            return Take(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    // Never deleted: a lock on a deleted file would no longer exclude anybody.
    private static FileLock Take(string path) =>
        new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
}
