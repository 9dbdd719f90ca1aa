using System.Globalization;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Gateway.Credit;

/// <summary>Why a call is not made for want of what pays for it. Nothing was sent upstream.</summary>
internal static class CreditErrors
{
    public static HubError Busy { get; } = new(
        503, "ledger_busy", Blame.Hub, "Too many instances use this account's credit or budget at the moment. Retry shortly.",
        RetryAfter: TimeSpan.FromSeconds(1));

    public static HubError Unavailable { get; } = new(
        503, "ledger_unavailable", Blame.Hub, "The hub can't reserve credit for this call at the moment. Retry shortly.",
        RetryAfter: TimeSpan.FromSeconds(2));

    public static HubError NotPriced(string model) => new(
        400, "model_not_priced", Blame.Caller,
        $"The model '{model}' has no price on this hub, so a call can't be held to a budget or credit. Ask an administrator to give "
        + "it one.",
        "model");

    /// <summary>What a vendor makes dearer than the price that the hub knows can't be held to a limit.</summary>
    public static HubError Surcharged(AskedMember member) => new(
        400, "surcharge_not_priced", Blame.Caller,
        $"With '{member.Name}' the vendor may charge more than the price of the model on this hub, so the call can't be held to a "
        + $"budget or credit. Leave it out, or use one of: {string.Join(", ", member.Standard)}.",
        member.Name);

    /// <param name="needed">Nano.</param>
    /// <param name="available">Nano that the purse could have held.</param>
    /// <param name="affordableTokens">Null when the call isn't measured in them.</param>
    public static HubError Insufficient(PurseId purse, long needed, long available, long? affordableTokens, HubMode mode, Uri? link)
    {
        var unit = mode == HubMode.Enterprise ? "USD" : "credits";
        var left = Nano.ToDecimalString(Math.Max(0, available));
        var need = Nano.ToDecimalString(needed);
        var advice = affordableTokens is > 0 and var tokens
            ? string.Create(CultureInfo.InvariantCulture, $" An answer of at most {tokens} tokens can be paid for: ask for no more.")
            : "";
        var buy = link is null ? "" : $" Buy credits at {link.AbsoluteUri}";
        return new HubError(
            402, "insufficient_credits", Blame.Caller,
            $"{NameOf(purse)} has {left} {unit} left, and this call may cost up to {need}.{advice}{buy}")
        {
            Shortage = new CreditShortage(purse.Value, need, left, unit, affordableTokens, link?.AbsoluteUri),
        };
    }

    private static string NameOf(PurseId purse)
    {
        var owner = PurseNames.OwnerOf(purse);
        return purse.Value[..purse.Value.IndexOf(':', StringComparison.Ordinal)] switch
        {
            "account" => $"The account '{owner}'",
            "team" => $"The budget of the team '{owner}'",
            "project" => $"The budget of the project '{owner}'",
            _ => "The budget of this API key",
        };
    }
}
