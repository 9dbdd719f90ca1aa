using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace AigneHub.Gateway.Bodies;

/// <summary>
/// Bounds the disk that files of requests in flight take together on this instance, and makes the files: nameless, so that
/// nothing is left of them when the process ends, however it ends, and readable by nobody else.
/// </summary>
internal sealed class SpoolSpace(long bytesMax) : ByteBudget(bytesMax)
{
    /// <summary>A new file in the system's directory for temporary files.</summary>
    /// <exception cref="IOException">The directory can't be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static SafeFileHandle NewFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"aignehub-{RandomNumberGenerator.GetHexString(32, lowercase: true)}");
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(
                path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        }

        // An open file lives on without its name until it is closed, by whomever.
        using var created = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            return File.OpenHandle(
                path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
