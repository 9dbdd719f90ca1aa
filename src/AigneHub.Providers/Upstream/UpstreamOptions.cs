namespace AigneHub.Providers.Upstream;

/// <summary>Limits of calls to vendors; section <c>AigneHub:Upstream</c>.</summary>
public sealed class UpstreamOptions
{
    /// <summary>To open a connection, TLS included.</summary>
    public double ConnectSeconds { get; set; } = 10;

    /// <summary>From sending a streamed call to the vendor's headers.</summary>
    public double FirstByteSeconds { get; set; } = 120;

    /// <summary>
    /// From sending a call that is not streamed to the vendor's headers, which come when the whole answer is ready.
    /// The Functions front end gives up at 230 s.
    /// </summary>
    public double AnswerSeconds { get; set; } = 220;

    /// <summary>Silence within an answer.</summary>
    public double IdleSeconds { get; set; } = 120;

    /// <summary>A connection is not used for new calls after this, so that DNS changes are followed.</summary>
    public int ConnectionSeconds { get; set; } = 300;

    /// <summary>All headers of an answer together, in kibibytes.</summary>
    public int HeadersKibibytesMax { get; set; } = 64;

    /// <summary>One server-sent event of an answer, in bytes.</summary>
    public int EventBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>One server-sent event of an answer with images, which hold whole images in Base64, in bytes.</summary>
    public int ImageEventBytesMax { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Text kept of a streamed answer, in bytes, to count it when the vendor reports no usage; what is longer is counted in
    /// proportion.
    /// </summary>
    public int TextBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>An answer that is not streamed, in bytes.</summary>
    public int AnswerBytesMax { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Go through the proxy that the environment names (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>). Null: when <c>HTTPS_PROXY</c>
    /// is set.
    /// </summary>
    public bool? UseProxy { get; set; }

    /// <summary>
    /// Providers that were added at run time may be at loopback and private addresses, too; those of the settings always may
    /// (<see cref="OutboundGuard"/>).
    /// </summary>
    public bool PrivateNetworks { get; set; }
}
