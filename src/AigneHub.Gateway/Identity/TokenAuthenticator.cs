using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Identity;

/// <summary>
/// Finds the caller by a token of an identity provider. What came of a token is cached under its SHA-256 for
/// <see cref="GatewayOptions.KeyCacheSeconds"/>, and no longer than it is good: so long may a suspended member still pass, and twice as
/// long one of a suspended account.
/// </summary>
internal sealed partial class TokenAuthenticator
{
    private const int EntriesMax = 10_000;

    private readonly TokenValidator _validator;
    private readonly Membership _membership;
    private readonly CallerBook _callers;
    private readonly TimeSpan _skew;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenAuthenticator> _logger;
    private readonly LookUps<TokenText, TokenVerdict> _verdicts;

    public TokenAuthenticator(
        TokenValidator validator, Membership membership, CallerBook callers, IdentityOptions identity, GatewayOptions options,
        TimeProvider time, ILogger<TokenAuthenticator> logger)
    {
        (_validator, _membership, _callers, _time, _logger) = (validator, membership, callers, time, logger);
        _skew = TimeSpan.FromSeconds(identity.SkewSeconds);
        _verdicts = new(LookUpAsync, options.KeyCacheSeconds, EntriesMax, time);
    }

    /// <summary>Exactly one of the results is null.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<(Caller? Caller, HubError? Error)> AuthenticateAsync(string token)
    {
        if (token.Length > TokenForm.CharactersMax)
        {
            return (null, (await _validator.ValidateAsync(token, CancellationToken.None)).Error);
        }

        try
        {
            var verdict = await _verdicts.GetAsync(new TokenText(token));
            return verdict.Caller is { } caller && _time.GetUtcNow() >= verdict.UsableUntil
                ? (null, new HubError(401, "invalid_token", Blame.Caller, "The token has expired. Fetch a new one."))
                : (verdict.Caller, verdict.Error);
        }
        catch (IssuerUnavailableException)
        {
            return (null, Unavailable());
        }
    }

    /// <summary>Whose token it is, member or not. Exactly one of the results is null.</summary>
    public async Task<(TokenIdentity? Identity, HubError? Error)> IdentifyAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await _validator.ValidateAsync(token, cancellationToken);
        }
        catch (IssuerUnavailableException)
        {
            return (null, Unavailable());
        }
    }

    /// <summary>Whether it is known what came of this token.</summary>
    public bool Knows(string token) => token.Length <= TokenForm.CharactersMax && _verdicts.Knows(new TokenText(token));

    public void Forget() => _verdicts.Forget();

    private async Task<TokenVerdict> LookUpAsync(TokenText token)
    {
        var (identity, error) = await _validator.ValidateAsync(token.Take(), CancellationToken.None);
        if (identity is null)
        {
            return new TokenVerdict(null, error, default);
        }

        if (identity.HasGroupsElsewhere && identity.Issuer.Access.Groups.Count > 0)
        {
            LogGroupsElsewhere(identity.MemberId, identity.Issuer.Name);
        }

        var mapped = identity.Issuer.Map(identity);
        (var member, error) = await _membership.OfAsync(identity, mapped, CancellationToken.None);
        var assignments = member is null ? [] : Membership.AssignmentsOf(member, mapped);
        if (member is null || assignments.Count == 0)
        {
            return new TokenVerdict(null, error ?? Membership.NoRole(identity), default);
        }

        var caller = await _callers.OfAsync(KeyOf(member, mapped, identity), assignments, member);
        return caller is null
            ? new TokenVerdict(null, new HubError(
                403, "account_not_found", Blame.Caller,
                $"You are a member of the account '{member.Account}', which this hub does not have. Ask an administrator."), default)
            : new TokenVerdict(caller, null, identity.ExpiresAt + _skew);
    }

    /// <summary>So that usage, limits, purses and repeats work as they do for keys. It is stored nowhere.</summary>
    private static KeyRecord KeyOf(MemberRecord member, MappedAccess mapped, TokenIdentity identity) => new()
    {
        Id = member.Id,
        Hash = "",
        Account = member.Account,
        Team = member.Team ?? mapped.Place.Team,
        Project = member.Project ?? mapped.Place.Project,
        Member = member.Id,
        Name = member.Name ?? member.Id,
        Role = Role.Member,
        Hint = "",
        CreatedAt = member.CreatedAt,
        ExpiresAt = identity.ExpiresAt,
    };

    private static HubError Unavailable() => new(
        503, "identity_provider_unavailable", Blame.Hub,
        "The hub can't check tokens at the moment: the identity provider's signing keys are out of reach. Retry shortly.",
        RetryAfter: TimeSpan.FromSeconds(5));

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A token of member {Member} of {Issuer} lists no groups, since there are too many: no role comes of them. Assign app "
            + "roles, or have only groups emitted that are assigned to the application")]
    private partial void LogGroupsElsewhere(string member, string issuer);
}
