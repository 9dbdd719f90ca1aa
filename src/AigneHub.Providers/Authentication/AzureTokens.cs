using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Azure;
using Azure.Core;
using Azure.Identity;

namespace AigneHub.Providers.Authentication;

/// <summary>Tokens of the hub's own Entra identity; failures are results. Thread-safe.</summary>
/// <param name="clientId">Of a user-assigned identity; null: the environment's own.</param>
/// <param name="create">Makes the identity of a client id.</param>
internal sealed partial class AzureTokens(string? clientId, Func<string?, TokenCredential> create)
{
    private const int TriesMax = 3;
    private const int NetworkSecondsMax = 10;

    private readonly ConcurrentDictionary<string, TokenCredential> _identities = new(StringComparer.OrdinalIgnoreCase);

    // Apart, so that Azure.Identity (slow to load) is loaded only where it is used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TokenCredential Identity(string? clientId)
    {
        var options = new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId };
        options.Retry.MaxRetries = TriesMax - 1;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(NetworkSecondsMax);
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        return new DefaultAzureCredential(options);
    }

    /// <param name="scope">E.g. <c>https://cognitiveservices.azure.com/.default</c>.</param>
    /// <param name="ofClientId">Another user-assigned identity than the hub's.</param>
    public async Task<TokenResult> AskAsync(string scope, string? ofClientId, CancellationToken cancellationToken)
    {
        var id = ofClientId ?? clientId;
        var identity = _identities.GetOrAdd(id ?? "", static (_, made) => made.Create(made.Id), (Create: create, Id: id));
        try
        {
            var token = await identity.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken);
            return TokenResult.Of(token.Token, token.ExpiresOn);
        }
        catch (Exception e) when (e is AuthenticationFailedException or RequestFailedException)
        {
            // The text may be long and hold answers of endpoints; Entra's error code says what to look up.
            var code = EntraCode().Match(e.Message);
            return TokenResult.Failed(
                e is CredentialUnavailableException ? AuthenticationFailureKind.Unreachable : AuthenticationFailureKind.Refused,
                code.Success
                    ? $"The hub's Entra identity got no token ({code.Value}). Check the identity and its roles."
                    : "The hub's Entra identity got no token. Check that the app has an identity, and its roles.");
        }
    }

    [GeneratedRegex("AADSTS[0-9]{1,8}")]
    private static partial Regex EntraCode();
}
