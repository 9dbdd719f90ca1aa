using AigneHub.Core.Keys;
using AigneHub.Core.Limits;
using AigneHub.Core.Payments;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Accounts;

/// <summary>What the calls of a key are charged to and limited by. Made once a look-up of the key, immutable.</summary>
public sealed class CallTerms
{
    private CallTerms(OwnerRecord account, PurseSet purses, IReadOnlyList<PurseId> binding, IReadOnlyList<LimitedBy> limits) =>
        (Account, Purses, Binding, Limits) = (account, purses, binding, limits);

    public OwnerRecord Account { get; }

    /// <summary>All that is charged: the account's first, then those of team, project and key that have terms.</summary>
    public PurseSet Purses { get; }

    /// <summary>Those of <see cref="Purses"/> that a call has to be reserved in.</summary>
    public IReadOnlyList<PurseId> Binding { get; }

    /// <summary>Whose rate limits count its calls: key, project, team, account, the key it was made with, the account's plan.</summary>
    public IReadOnlyList<LimitedBy> Limits { get; }

    /// <param name="account">The key's.</param>
    /// <param name="team">The key's; null when it names none.</param>
    /// <param name="project">Of the key's label; null when there is no such project.</param>
    /// <param name="plan">The account's; null when it has none.</param>
    /// <param name="parent">Of a key that was made with a key: that one. Its budget stands for both.</param>
    public static CallTerms Of(
        KeyRecord key, OwnerRecord account, OwnerRecord? team, OwnerRecord? project, Plan? plan = null, KeyRecord? parent = null)
    {
        var spender = parent?.Terms is null ? key : parent;
        (PurseId Purse, PurseTerms? Terms, RateLimits? Limits)[] all =
        [
            (PurseId.OfKey(spender.Id), spender.Terms, spender.Limits),
            (PurseId.OfProject(project?.Id ?? ""), project?.Terms, project?.Limits),
            (PurseId.OfTeam(team?.Id ?? ""), team?.Terms, team?.Limits),
            (PurseId.OfAccount(account.Id), account.Terms, account.Limits),
        ];
        return new CallTerms(
            account,
            new PurseSet(
                PurseId.OfAccount(account.Id), [.. all[..^1].Where(one => one.Terms is not null).Select(one => one.Purse).Reverse()]),
            [.. all.Where(one => one.Terms is { Binds: true }).Select(one => one.Purse)],
            [
                .. all.Where(one => one.Limits is not null).Select(one => new LimitedBy(one.Purse.Value, one.Limits!)),
                .. parent is null ? [] : LimitsBeside(spender, key, parent),
                .. plan?.Limits is { } limits ? [new LimitedBy(PurseId.OfPlan(account.Id).Value, limits)] : (LimitedBy[])[],
            ]);
    }

    /// <summary>The spender's are counted already.</summary>
    private static LimitedBy[] LimitsBeside(KeyRecord spender, KeyRecord key, KeyRecord parent) =>
        (spender == key ? parent : key) is { Limits: { } limits } other ? [new LimitedBy(PurseId.OfKey(other.Id).Value, limits)] : [];
}
