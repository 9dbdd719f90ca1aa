using AigneHub.Core.Accounts;

namespace AigneHub.Core.Payments;

/// <summary>
/// A monthly subscription: credit for each paid month, and what its accounts may call. Never deleted: accounts may have it.
/// </summary>
public sealed record Plan
{
    public const int ModelsMax = 100;
    private const int ModelCharactersMax = 256;

    /// <summary>
    /// Stripe charges a renewal about an hour after the period's end
    /// (https://docs.stripe.com/billing/invoices/subscription#subscription-lifecycle): so long the ended period's rights and credits
    /// go on.
    /// </summary>
    public static readonly TimeSpan RenewalTime = TimeSpan.FromHours(3);

    /// <summary>Never changed: <see cref="ProductRules.IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>What buyers see.</summary>
    public required string Name { get; init; }

    /// <summary>Nano for each paid month; what is not used expires with the month.</summary>
    public required long Credits { get; init; }

    /// <summary>Minor units a month by currency.</summary>
    public required IReadOnlyDictionary<string, long> Prices { get; init; }

    /// <summary>Model names or <c>prefix*</c> patterns that its accounts' keys may call; empty = all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Of all calls of an account together.</summary>
    public RateLimits? Limits { get; init; }

    /// <summary>False: nobody new can subscribe. Those who have keep it.</summary>
    public bool IsSold { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    public (string Message, string Param)? WhatIsWrong()
    {
        if (ProductRules.WhatIsWrong(Id, Name, Credits, Prices) is { } wrong)
        {
            return wrong;
        }

        if (Models.Count > ModelsMax || Models.Any(model => model is null || !IsPattern(model)))
        {
            return (
                $"'models' takes at most {ModelsMax} names of 1 to {ModelCharactersMax} characters, each 'provider/model' or a prefix "
                + "that ends in '*'.", "models");
        }

        return Limits?.WhatIsWrong("limits");
    }

    private static bool IsPattern(string model) =>
        model.Length is > 0 and <= ModelCharactersMax && !model.AsSpan(0, model.Length - 1).Contains('*') && !model.Any(char.IsControl);
}
