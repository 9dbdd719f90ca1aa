namespace AigneHub.Wire.EventStreams;

/// <summary>Why a stream of frames can't be read on.</summary>
public enum EventStreamFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>A frame is longer than the limit.</summary>
    TooLong,

    /// <summary>A checksum, a length or a header is wrong.</summary>
    Corrupt,
}
