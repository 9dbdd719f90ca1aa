namespace AigneHub.Core.Routing.Health;

public enum AttemptOutcomeKind
{
    /// <summary>The answer was whole.</summary>
    Success,

    /// <summary>429.</summary>
    RateLimited,

    /// <summary>401: counts against the credential.</summary>
    Unauthorized,

    /// <summary>403: counts against the credential with this model, since keys may be bound to models.</summary>
    Forbidden,

    /// <summary>402: counts against the credential.</summary>
    Unpaid,

    /// <summary>
    /// 404: this vendor doesn't have the model; 403 without an error document: something in between doesn't let the request
    /// through. Nobody's failure; another target may.
    /// </summary>
    NotServed,

    /// <summary>
    /// Nothing was sent: the hub can't express the request in the target's API, or doesn't go to its address. Says nothing about the
    /// vendor; another target may do.
    /// </summary>
    NotSent,

    /// <summary>Name, connection or TLS failed: the vendor has processed nothing.</summary>
    Unreachable,

    /// <summary>5xx, a lost connection, an answer that is none.</summary>
    Unavailable,

    /// <summary>No first byte in time, or silence.</summary>
    Timeout,

    /// <summary>The answer broke off after it had begun.</summary>
    Cut,

    /// <summary>A verdict on the request (other 4xx): another attempt would get the same.</summary>
    Rejected,

    /// <summary>The client left, or the call's time was up: says nothing about the vendor.</summary>
    Cancelled,
}
