namespace AigneHub.Core.Routing.Health;

/// <summary>Why nothing is sent until a probe has succeeded.</summary>
public enum BlockReason
{
    /// <summary>Not blocked.</summary>
    None,

    /// <summary>Connections, time-outs, 5xx, cut streams: the breaker is open.</summary>
    Failures,

    /// <summary>The vendor doesn't know the credential (401).</summary>
    Unauthorized,

    /// <summary>The vendor doesn't let the credential use the model (403).</summary>
    Forbidden,

    /// <summary>The account behind the credential has no means (402).</summary>
    Unpaid,
}
