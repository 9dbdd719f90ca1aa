namespace AigneHub.Gateway.Bodies;

/// <summary>Bounds what request bodies in flight hold together on this instance, in bytes. Thread-safe.</summary>
internal abstract class ByteBudget(long bytesMax)
{
    private long _bytesInUse;

    public long BytesMax => bytesMax;

    public long BytesInUse => Interlocked.Read(ref _bytesInUse);

    /// <summary>False, and nothing taken, when the bound would be passed.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _bytesInUse, bytes) <= bytesMax)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _bytesInUse, -bytes);
}
