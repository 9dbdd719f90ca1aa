using System.Globalization;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Gateway.Credit;

/// <summary>Why a call is not made for want of what pays for it. Nothing was sent upstream.</summary>
internal static class CreditErrors
{
    private const int ToolCharsMax = 64;
    private const string Lacking = "insufficient_credits";

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

    /// <summary>What has no known end, or whose price the hub doesn't know, can't be held to a limit.</summary>
    public static HubError Unbounded(string member) => new(
        400, "unbounded_parameter", Blame.Caller,
        $"What a call with '{member}' costs can't be told before it is made, so it can't be held to a budget or credit. Leave it out.",
        member);

    public static HubError UnboundedTool(ReadOnlySpan<byte> tool) => new(
        400, "unbounded_parameter", Blame.Caller,
        $"What a call costs in which the vendor may run '{Encoding.UTF8.GetString(tool[..Math.Min(tool.Length, ToolCharsMax)])}' "
        + "can't be told before it is made, so it can't be held to a budget or credit. Send tools that you run yourself.",
        "tools");

    /// <summary>Searches of a model, or at a vendor, whose price or limit the hub doesn't know.</summary>
    public static HubError UnboundedSearch(string target) => new(
        400, "unbounded_parameter", Blame.Caller,
        $"What {target} searches or reads on the web has no known end or price on this hub, so the call can't be held to a budget or "
        + "credit. Leave the tool out, or call another model.",
        "tools");

    public static HubError WithoutLimit(string member) => new(
        400, "missing_limit", Blame.Caller,
        $"A call in which the vendor runs tools can be held to a budget or credit only with a limit of their uses: set '{member}'.",
        member);

    /// <summary>No call that costs anything can be paid for.</summary>
    public static HubError UsedUp(PurseId purse, HubMode mode, Uri? link) =>
        new(402, Lacking, Blame.Caller, $"{NameOf(purse)} has no {UnitOf(mode)} left.{Buy(link)}");

    /// <param name="needed">Nano.</param>
    /// <param name="available">Nano that the purse could have held.</param>
    /// <param name="affordableTokens">Null when the call isn't measured in them.</param>
    public static HubError Insufficient(PurseId purse, long needed, long available, long? affordableTokens, HubMode mode, Uri? link)
    {
        var unit = UnitOf(mode);
        var left = Nano.ToDecimalString(Math.Max(0, available));
        var need = Nano.ToDecimalString(needed);
        var advice = affordableTokens is > 0 and var tokens
            ? string.Create(CultureInfo.InvariantCulture, $" An answer of at most {tokens} tokens can be paid for: ask for no more.")
            : "";
        return new HubError(
            402, Lacking, Blame.Caller,
            $"{NameOf(purse)} has {left} {unit} left, and this call may cost up to {need}.{advice}{Buy(link)}")
        {
            Shortage = new CreditShortage(purse.Value, need, left, unit, affordableTokens, link?.AbsoluteUri),
        };
    }

    private static string UnitOf(HubMode mode) => mode == HubMode.Enterprise ? "USD" : "credits";

    private static string Buy(Uri? link) => link is null ? "" : $" Buy credits at {link.AbsoluteUri}";

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
