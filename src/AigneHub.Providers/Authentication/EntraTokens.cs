using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Azure;
using Azure.Core;
using Azure.Identity;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// Tokens of the hub's own Entra identity: the app's managed identity (a user-assigned one is named by <c>AZURE_CLIENT_ID</c>)
/// or the developer's (<see href="https://learn.microsoft.com/dotnet/azure/sdk/authentication/credential-chains"/>).
/// Failures are results. Thread-safe.
/// </summary>
/// <param name="create">Makes the identity when it is first needed.</param>
internal sealed partial class EntraTokens(Func<TokenCredential> create)
{
    private const int TriesMax = 3;
    private const int NetworkSecondsMax = 5;

    private readonly Lazy<TokenCredential> _identity = new(create);

    // Apart, so that Azure.Identity (slow to load) is loaded only where it is used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TokenCredential Default()
    {
        var options = new DefaultAzureCredentialOptions();
        options.Retry.MaxRetries = TriesMax - 1;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(NetworkSecondsMax);
        return new DefaultAzureCredential(options);
    }

    /// <param name="scope">E.g. <c>https://cognitiveservices.azure.com/.default</c>.</param>
    public async Task<TokenResult> AskAsync(string scope, CancellationToken cancellationToken)
    {
        try
        {
            var token = await _identity.Value.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken);
            return TokenResult.Of(token.Token, token.ExpiresOn);
        }
        catch (Exception e) when (e is AuthenticationFailedException or RequestFailedException)
        {
            // The text may be long and hold answers of endpoints; Entra's error code says what to look up.
            var code = EntraCode().Match(e.Message);
            return TokenResult.Failed(
                $"The hub's Entra identity got no token{(code.Success ? $" ({code.Value})" : "")}: "
                    + "check that the app has an identity.",
                mayPass: !code.Success);
        }
    }

    [GeneratedRegex("AADSTS[0-9]{1,8}")]
    private static partial Regex EntraCode();
}
