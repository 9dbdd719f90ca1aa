using AigneHub.Providers.Upstream;
using Microsoft.Win32.SafeHandles;

namespace AigneHub.Gateway.Bodies;

/// <summary>
/// The parts of a <c>multipart/form-data</c> body. Fields and small files are in memory, larger files in one nameless file on
/// disk; both are counted against their budgets until disposed.
/// </summary>
internal sealed class RequestForm(BodyMemory memory, SpoolSpace spool) : IDisposable
{
    private readonly List<FormPart> _parts = [];
    private SafeFileHandle? _file;
    private long _fileBytes;
    private long _memoryTaken;
    private long _diskTaken;

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<FormPart> Parts => _parts;

    /// <summary>The first file named <paramref name="name"/> or <c>name[]</c>; null when there is none.</summary>
    public FormPart? File(string name) => _parts.Find(part => part.IsFile && part.IsNamed(name));

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        memory.Release(_memoryTaken);
        spool.Release(_diskTaken);
        (_memoryTaken, _diskTaken) = (0, 0);
        _parts.Clear();
    }

    internal void Add(FormPart part) => _parts.Add(part);

    /// <summary>Holds memory until the form is disposed; false when there is none to be had.</summary>
    internal bool TryTakeMemory(long bytes)
    {
        var taken = memory.TryTake(bytes);
        _memoryTaken += taken ? bytes : 0;
        return taken;
    }

    /// <summary>Where the next byte that is spooled will stand.</summary>
    internal long SpooledBytes => _fileBytes;

    /// <summary>Writes to the end of the spooled file; false when there is no room.</summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    internal async ValueTask<bool> TrySpoolAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!spool.TryTake(bytes.Length))
        {
            return false;
        }

        _diskTaken += bytes.Length;
        _file ??= SpoolSpace.NewFile();
        await RandomAccess.WriteAsync(_file, bytes, _fileBytes, cancellationToken);
        _fileBytes += bytes.Length;
        return true;
    }

    /// <summary>What was spooled from <paramref name="offset"/> on.</summary>
    internal PayloadPiece SpooledSince(long offset) => PayloadPiece.OfFile(_file!, offset, _fileBytes - offset);
}
