using AigneHub.Core;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;

namespace AigneHub.Gateway.Payments;

/// <summary>Calls that spend the account's money, or open the page of its payment methods: not for every key that leaks.</summary>
internal static class PayingCalls
{
    /// <summary>Null when buyers can pay here, and this caller may.</summary>
    public static HubError? Check(PaymentGate gate, ManagementCall call) =>
        gate.Check(needsProvider: true) is { } refused ? refused
        : call.Caller.MayPay ? null
        : new HubError(
            403, "forbidden", Blame.Caller,
            "This key may not pay for its account. Use one that an administrator has made with \"mayPay\": true, or let this one "
            + "(PATCH /api/admin/keys/{id}).");
}
