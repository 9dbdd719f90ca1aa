using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using AigneHub.Core.Routing;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// Google's access tokens, of service accounts' keys, of federated identities
/// (<see href="https://google.aip.dev/auth/4117"/>) and of the process's own identity
/// (<see href="https://cloud.google.com/docs/authentication/application-default-credentials"/>). Failures are results.
/// </summary>
/// <param name="network">Carries the calls to Google; not disposed here.</param>
/// <param name="entra">The hub's identity on Azure, for identities federated with it.</param>
internal sealed class GoogleTokens(HttpMessageHandler network, EntraTokens entra, TimeProvider time)
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private static readonly TimeSpan UnknownLife = TimeSpan.FromMinutes(5);

    // Apart, so that Google's library is loaded only where it is used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public async Task<TokenResult> AskAsync(CredentialKind kind, string secret, CancellationToken cancellationToken)
    {
        if (secret.Length > 0 && GoogleSecret.WhatIsWrong(kind, secret) is { } wrong)
        {
            return TokenResult.Failed(wrong);
        }

        try
        {
            var credential = (await MakeAsync(kind, secret, cancellationToken))
                .CreateScoped(Scope)
                .CreateWithHttpClientFactory(new Factory(network));
            if (credential.UnderlyingCredential is not ServiceCredential asking
                || !await asking.RequestAccessTokenAsync(cancellationToken)
                || asking.Token is not { AccessToken: { } token } answer
                || !SecretText.IsHeaderValue(token))
            {
                return TokenResult.Failed("Google answered without a token.");
            }

            var life = answer.ExpiresInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : UnknownLife;
            return TokenResult.Of(token, time.GetUtcNow() + life);
        }
        catch (TokenResponseException e)
        {
            return TokenResult.Failed(
                $"Google refused a token ({CodeOf(e)}): check the credential and its roles.",
                mayPass: e.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests);
        }
        catch (Exception e) when (e is HttpRequestException or GoogleApiException or IOException or OperationCanceledException)
        {
            return TokenResult.Failed(
                "Google's token service could not be reached, or the file of the subject token not be read.", mayPass: true);
        }
        catch (Exception e) when (e is InvalidOperationException or SubjectTokenException or ArgumentException or FormatException
            or CryptographicException or JsonException or UnauthorizedAccessException)
        {
            // What the library says may quote the secret.
            return TokenResult.Failed(secret.Length == 0
                ? "This process has no identity on Google Cloud: set GOOGLE_APPLICATION_CREDENTIALS."
                : "The Google credential can't be used: check that it is whole, and its subject token there.");
        }
    }

    private async Task<GoogleCredential> MakeAsync(CredentialKind kind, string secret, CancellationToken cancellationToken)
    {
        if (secret.Length == 0)
        {
            return await GoogleCredential.GetApplicationDefaultAsync(cancellationToken);
        }

        if (kind == CredentialKind.GoogleServiceAccount)
        {
            return CredentialFactory.FromJson<ServiceAccountCredential>(secret).ToGoogleCredential();
        }

        using var document = JsonDocument.Parse(secret);
        var root = document.RootElement;
        if (GoogleSecret.AzureResource(root) is not { } resource)
        {
            return CredentialFactory.FromJson<FileSourcedExternalAccountCredential>(secret).ToGoogleCredential();
        }

        // Not at the address that the configuration names: on App Service and Functions the identity is elsewhere.
        return new ProgrammaticExternalAccountCredential(new ProgrammaticExternalAccountCredential.Initializer(
            SecretText.Text(root, "token_url"), SecretText.Text(root, "audience"), SecretText.Text(root, "subject_token_type"),
            new ManagedIdentity(entra, $"{resource.TrimEnd('/')}/.default"))
        {
            ServiceAccountImpersonationUrl = SecretText.Text(root, "service_account_impersonation_url"),
        }).ToGoogleCredential();
    }

    /// <summary>OAuth's own word for what was wrong (RFC 6749, section 5.2), which is no secret.</summary>
    private static string CodeOf(TokenResponseException e) =>
        e.Error?.Error is { Length: > 0 and <= 64 } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? code
            : $"status {(int?)e.StatusCode}";

    private sealed class Factory(HttpMessageHandler network) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => network;
    }

    private sealed class ManagedIdentity(EntraTokens entra, string scope)
        : ProgrammaticExternalAccountCredential.ISubjectTokenProvider
    {
        public async Task<string> GetSubjectTokenAsync(
            ProgrammaticExternalAccountCredential caller, CancellationToken taskCancellationToken)
        {
            var result = await entra.AskAsync(scope, taskCancellationToken);
            return result.Token ?? throw new InvalidOperationException(result.Wrong);
        }
    }
}
