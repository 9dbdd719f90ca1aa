using Azure.Core;
using Azure.Identity;

namespace AigneHub.Unit.Tests.Providers.Authentication;

/// <summary>An Entra identity whose tokens are numbered; it refuses where <paramref name="refusal"/> is not null.</summary>
internal sealed class FixedIdentity(TimeProvider time, string? refusal = null) : TokenCredential
{
    public List<string> Scopes { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Scopes.AddRange(requestContext.Scopes);
        return refusal is null
            ? new AccessToken($"entra-{Scopes.Count}", time.GetUtcNow() + TimeSpan.FromHours(1))
            : throw new AuthenticationFailedException(refusal);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
