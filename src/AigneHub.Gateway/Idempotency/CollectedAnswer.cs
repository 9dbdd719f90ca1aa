namespace AigneHub.Gateway.Idempotency;

/// <summary>
/// An answer that goes to the client as it comes, and is collected meanwhile, so that a repeat of the named call gets it.
/// </summary>
internal sealed class CollectedAnswer(RecordingMemory memory) : IDisposable
{
    /// <summary>Of what can't be compressed, storage keeps less.</summary>
    private const int BytesMax = 4 * 1024 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _bytes;
    private bool _dropped;

    /// <summary>All that was added; null when it is too much to be kept.</summary>
    public ReadOnlyMemory<byte>? Whole => _dropped ? null : Joined();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_dropped)
        {
            return;
        }

        if (_bytes + bytes.Length > BytesMax || !memory.TryTake(bytes.Length))
        {
            _dropped = true;
            Dispose();
            return;
        }

        _pieces.Add(bytes.ToArray());
        _bytes += bytes.Length;
    }

    public void Dispose()
    {
        _pieces.Clear();
        memory.Release(_bytes);
        _bytes = 0;
    }

    private byte[] Joined()
    {
        var whole = new byte[_bytes];
        var at = 0;
        foreach (var piece in _pieces)
        {
            piece.CopyTo(whole, at);
            at += piece.Length;
        }

        return whole;
    }
}
