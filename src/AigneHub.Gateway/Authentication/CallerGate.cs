using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// The one way in for every call of a caller: who it is, whether it may call from there, and whether its key and its role are for
/// this kind of call.
/// </summary>
public sealed class CallerGate(KeyAuthenticator authenticator, ClientAddress addresses)
{
    // Says nothing of the ranges: whoever has found a key learns nothing from where to use it.
    private static readonly HubError WrongAddress = new(
        403, "address_not_allowed", Blame.Caller, "This API key may not be used from this address.");

    private static readonly HubError CallsNoModels = new(
        403, "forbidden", Blame.Caller, "This API key's role calls no models. Use the key of a member of the account that is to pay.");

    /// <summary>Exactly one of the results is null.</summary>
    /// <param name="scope">What the call is.</param>
    /// <param name="queryKey">The query parameter <c>key</c> counts too, as in Google's APIs. It is never logged.</param>
    /// <param name="evenBarred">Those whose account, team or project is not active, too: <see cref="Caller.MayDespite"/>.</param>
    public ValueTask<(Caller? Caller, HubError? Error)> LetInAsync(
        HttpRequest request, KeyScope scope, CancellationToken cancellationToken, bool queryKey = false, bool evenBarred = false)
    {
        var authenticated = authenticator.AuthenticateAsync(request, cancellationToken, queryKey, evenBarred);
        return authenticated.IsCompletedSuccessfully
            ? new(Judge(authenticated.Result, request, scope))
            : LetInSlowlyAsync(authenticated, request, scope);
    }

    /// <summary>
    /// Likewise, for whoever writes down who is refused: one that is known and not let in is there beside the error. Those whose account,
    /// team or project is not active, too.
    /// </summary>
    internal async Task<(Caller? Caller, HubError? Error)> JudgeAsync(
        HttpRequest request, KeyScope scope, CancellationToken cancellationToken)
    {
        var (caller, error) = await authenticator.AuthenticateAsync(request, cancellationToken, evenBarred: true);
        return (caller, caller is null ? error : WhyNot(caller, request, scope));
    }

    private async ValueTask<(Caller? Caller, HubError? Error)> LetInSlowlyAsync(
        ValueTask<(Caller? Caller, HubError? Error)> authenticated, HttpRequest request, KeyScope scope) =>
        Judge(await authenticated, request, scope);

    private (Caller? Caller, HubError? Error) Judge((Caller? Caller, HubError? Error) found, HttpRequest request, KeyScope scope) =>
        found.Caller is { } caller && WhyNot(caller, request, scope) is { } error ? (null, error) : found;

    private HubError? WhyNot(Caller caller, HttpRequest request, KeyScope scope) =>
        caller.Key.IpRanges.Count > 0 && !caller.Key.MayComeFrom(addresses.Of(request.HttpContext)) ? WrongAddress
        : !caller.Key.MayBeUsedFor(scope) ? ScopeMissing(scope)
        : CallsModels(scope) && !caller.May(Permission.Call, Scope.OfAccount(caller.Account)) ? CallsNoModels
        : null;

    private static bool CallsModels(KeyScope scope) => scope is not
        (KeyScope.Models or KeyScope.Account or KeyScope.Keys or KeyScope.Payments or KeyScope.Management);

    private static HubError ScopeMissing(KeyScope scope) => new(
        403, "scope_missing", Blame.Caller,
        $"This API key may not be used for this call: its scopes don't name '{scope.ToString().ToLowerInvariant()}'.");
}
