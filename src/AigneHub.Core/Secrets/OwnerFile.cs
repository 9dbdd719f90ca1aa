using System.Text;

namespace AigneHub.Core.Secrets;

/// <summary>A small file of a secret that only its owner may use, made once by whichever process comes first.</summary>
public static class OwnerFile
{
    /// <summary>What only the owner may do with it.</summary>
    public const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int CharactersMax = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The first 1,024 characters of the file's text; where there is no file, or an empty one that a crash has left, it is made with
    /// <paramref name="make"/>'s. The lock on the file sees to it that all processes get the same.
    /// </summary>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static string ReadOrCreate(string path, Func<string> make)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var start = Environment.TickCount64;
        while (true)
        {
            try
            {
                using var file = Open(path);
                return file.Length == 0 ? Write(file, make()) : Read(file);
            }
            catch (IOException e) when (IsLocked(e) && Environment.TickCount64 - start < Patience.TotalMilliseconds)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    private static FileStream Open(string path)
    {
        var exists = new FileInfo(path) is { Exists: true, Length: > 0 };
        var options = exists
            ? new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read }
            : new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!exists && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owners;
        }

        return new FileStream(path, options);
    }

    private static string Write(FileStream file, string text)
    {
        file.Write(Encoding.UTF8.GetBytes(text + "\n"));
        file.Flush(flushToDisk: true);
        return text;
    }

    private static string Read(FileStream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = new char[CharactersMax];
        return new string(text, 0, reader.ReadBlock(text)).Trim();
    }

    /// <summary>Another process has it: EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsLocked(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;
}
