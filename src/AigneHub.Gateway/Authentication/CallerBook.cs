using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Authentication;

/// <summary>Makes callers: joins a key with its account, team, project and plan, which are cached as keys are.</summary>
internal sealed class CallerBook
{
    private static readonly Task<OwnerRecord?> Nobody = Task.FromResult<OwnerRecord?>(null);

    private readonly IHubSnapshots _snapshots;
    private readonly LookUps<(OwnerKind Kind, string Id), OwnerRecord?> _owners;

    public CallerBook(IOwnerStore owners, IHubSnapshots snapshots, GatewayOptions options, TimeProvider time)
    {
        _snapshots = snapshots;
        _owners = new(
            async owner => (await owners.FindAsync(owner.Kind, owner.Id, CancellationToken.None))?.Value,
            options.KeyCacheSeconds, options.KeyCacheEntriesMax, time);
    }

    /// <summary>Null when its account or team is missing.</summary>
    /// <param name="member">Whose token or own key it is; null for keys made for applications.</param>
    /// <param name="parent">The key that it was made with; null when with none.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<Caller?> OfAsync(
        KeyRecord key, IReadOnlyList<RoleAssignment> assignments, MemberRecord? member = null, KeyRecord? parent = null)
    {
        // Labels of several accounts of a public hub may be the same by chance.
        var projectId = _snapshots.Current.Mode == HubMode.Enterprise ? key.Project?.ToLowerInvariant() : null;
        var account = _owners.GetAsync((OwnerKind.Account, key.Account));
        var team = key.Team is null ? Nobody : _owners.GetAsync((OwnerKind.Team, key.Team));
        var project = projectId is null ? Nobody : _owners.GetAsync((OwnerKind.Project, projectId));
        await Task.WhenAll(account, team, project);
        if (await account is not { } owner || (key.Team is not null && await team is null))
        {
            return null;
        }

        var plan = owner.Plan is { } id ? _snapshots.Current.Plans.GetValueOrDefault(id) : null;
        // A plan that is not known here allows nothing, rather than everything.
        var allowed = owner.Plan is null ? null : plan?.Models ?? ModelPatterns.Nothing;
        return new Caller(
            key with { PlanModels = allowed }, CallTerms.Of(key, owner, await team, await project, plan, parent), assignments)
        {
            Member = member,
            Barred = new[] { owner, await team, await project }.OfType<OwnerRecord>()
                .FirstOrDefault(one => one.Status != OwnerStatus.Active),
        };
    }

    public void Forget() => _owners.Forget();
}
