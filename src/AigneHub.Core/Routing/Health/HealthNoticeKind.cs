namespace AigneHub.Core.Routing.Health;

public enum HealthNoticeKind
{
    /// <summary>A rate limit.</summary>
    Cooling,

    /// <summary>The vendor doesn't know the credential (401).</summary>
    Unauthorized,

    /// <summary>The vendor doesn't let the credential use the model (403).</summary>
    Forbidden,

    /// <summary>The account behind the credential has no means (402).</summary>
    Unpaid,

    /// <summary>A refused credential works again.</summary>
    Usable,
}
