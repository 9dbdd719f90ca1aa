namespace AigneHub.Gateway.Bodies;

/// <summary>Bounds the memory that request bodies in flight hold together on this instance.</summary>
internal sealed class BodyMemory(long bytesMax) : ByteBudget(bytesMax);
