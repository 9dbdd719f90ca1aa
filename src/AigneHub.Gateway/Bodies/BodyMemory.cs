using AigneHub.Core;

namespace AigneHub.Gateway.Bodies;

/// <summary>Bounds the memory that request bodies in flight hold together on this instance.</summary>
internal sealed class BodyMemory(long bytesMax)
{
    public static readonly HubError Overloaded = new(
        503, "hub_overloaded", Blame.Hub, "The hub is holding too many large requests at the moment. Retry shortly.",
        RetryAfter: TimeSpan.FromSeconds(1));

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
