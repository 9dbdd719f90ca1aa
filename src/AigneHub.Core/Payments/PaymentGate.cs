namespace AigneHub.Core.Payments;

/// <summary>What of payments there is on this hub.</summary>
/// <param name="IsOn">Administrators can enter payments.</param>
/// <param name="HasProvider">Buyers can pay by themselves.</param>
public sealed record PaymentGate(HubMode Mode, bool IsOn, bool HasProvider)
{
    /// <summary>Null when it is there.</summary>
    public HubError? Check(bool needsProvider) =>
        Mode != HubMode.Provider
            ? new HubError(409, "mode_differs", Blame.Caller, "Payments exist in mode Provider only; this hub is in mode Enterprise.")
        : needsProvider ? HasProvider ? null : NotConfigured : IsOn ? null : NotConfigured;

    private static HubError NotConfigured { get; } = new(
        404, "payments_not_configured", Blame.Caller, "This hub takes no such payments (AigneHub__Payments__Provider).");
}
