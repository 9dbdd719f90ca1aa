using AigneHub.Core.Routing;
using AigneHub.Providers.Upstream;
using Azure.Core;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// Puts a credential into a call, as its kind and the dialect have it. Thread-safe; one instance for the process.
/// </summary>
internal sealed class VendorAuthentication : IDisposable
{
    // https://learn.microsoft.com/azure/foundry/openai/how-to/managed-identity
    private const string AzureScope = "https://cognitiveservices.azure.com/.default";

    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html (service prefix)
    private const string BedrockService = "bedrock";
    private const string DefaultRegion = "us-east-1";

    private readonly TimeProvider _time;
    private readonly HttpMessageHandler _network;
    private readonly TokenCache _tokens;
    private readonly EntraTokens _entra;
    private readonly GoogleTokens _google;

    /// <param name="network">Carries the calls to those who issue tokens; disposed here.</param>
    /// <param name="identity">Makes the hub's own Entra identity.</param>
    public VendorAuthentication(HttpMessageHandler network, Func<TokenCredential> identity, TimeProvider time)
    {
        _time = time;
        _network = network;
        _tokens = new TokenCache(time);
        _entra = new EntraTokens(identity);
        _google = new GoogleTokens(network, _entra, time);
    }

    /// <summary>Sets the headers. Null when that went well; a failure's cause is a sentence for logs, without secrets.</summary>
    /// <param name="message">With its address, whose host says whether a token may go there.</param>
    /// <exception cref="OperationCanceledException">Of the token.</exception>
    public async ValueTask<UpstreamFailure?> ApplyAsync(
        HttpRequestMessage message, UpstreamRequest request, CancellationToken cancellationToken)
    {
        var credential = request.Credential;
        switch (credential.Kind)
        {
            case CredentialKind.ApiKey:
                SetKey(message, request.Binding.Dialect, credential.Secret);
                return null;
            case CredentialKind.AwsAccessKey:
                return Sign(message, request);
            case CredentialKind.EntraId:
                return VendorHosts.IsAzures(message.RequestUri!)
                    ? await SetTokenAsync(message, credential, c => _entra.AskAsync(AzureScope, c), cancellationToken)
                    : Refused("The hub's Entra token goes to Azure's hosts over https only.");
            case CredentialKind.GoogleServiceAccount or CredentialKind.GoogleWorkloadIdentity:
                return VendorHosts.IsGoogles(message.RequestUri!)
                    ? await SetGoogleTokenAsync(message, credential, cancellationToken)
                    : Refused("Google's tokens go to hosts of googleapis.com over https only.");
            default:
                return null;
        }
    }

    public void Dispose() => _network.Dispose();

    private static void SetKey(HttpRequestMessage message, Dialect dialect, string key)
    {
        _ = dialect switch
        {
            Dialect.AzureOpenAi => message.Headers.TryAddWithoutValidation("api-key", key),
            Dialect.Anthropic => message.Headers.TryAddWithoutValidation("x-api-key", key),
            Dialect.Ideogram => message.Headers.TryAddWithoutValidation("Api-Key", key),
            Dialect.Gemini or Dialect.VertexAnthropic or Dialect.VertexOpenAi
                => message.Headers.TryAddWithoutValidation("x-goog-api-key", key),
            _ => message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}"),
        };
    }

    private static UpstreamFailure Refused(string sentence, UpstreamFailureKind kind = UpstreamFailureKind.CredentialRefused) =>
        new(kind, Cause: new CredentialRefusedException(sentence));

    private ValueTask<UpstreamFailure?> SetGoogleTokenAsync(
        HttpRequestMessage message, CredentialEntry credential, CancellationToken cancellationToken) =>
        SetTokenAsync(message, credential, c => _google.AskAsync(credential.Kind, credential.Secret, c), cancellationToken);

    private async ValueTask<UpstreamFailure?> SetTokenAsync(
        HttpRequestMessage message, CredentialEntry credential, Func<CancellationToken, Task<TokenResult>> ask,
        CancellationToken cancellationToken)
    {
        var result = await _tokens.GetAsync(credential, ask, cancellationToken);
        if (result.Token is not { } token)
        {
            return Refused(
                result.Wrong!, result.MayPass ? UpstreamFailureKind.TokenUnavailable : UpstreamFailureKind.CredentialRefused);
        }

        message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return null;
    }

    private UpstreamFailure? Sign(HttpRequestMessage message, UpstreamRequest request)
    {
        if (request.Binding.Dialect is not (Dialect.BedrockAnthropic or Dialect.BedrockConverse or Dialect.BedrockRerank))
        {
            return Refused("An AWS access key is for Amazon Bedrock only.");
        }

        var (credential, wrong) = AwsCredential.Parse(request.Credential.Secret);
        if (credential is null)
        {
            return Refused(wrong!);
        }

        if (request.Body.Pieces.Any(piece => !piece.IsMemory))
        {
            return Refused("Files are not signed: Amazon Bedrock takes none.");
        }

        var url = message.RequestUri!;
        var region = AwsCredential.RegionOf(url.IdnHost) ?? credential.Region ?? DefaultRegion;
        var signature = new AwsSignature(credential, region, BedrockService, _time.GetUtcNow());
        List<KeyValuePair<string, string>> signed = [new("host", url.Authority), new("x-amz-date", signature.Date)];
        message.Headers.TryAddWithoutValidation("X-Amz-Date", signature.Date);
        if (credential.SessionToken is { } token)
        {
            message.Headers.TryAddWithoutValidation("X-Amz-Security-Token", token);
            signed.Add(new("x-amz-security-token", token));
        }

        message.Headers.TryAddWithoutValidation("Authorization", signature.Authorization(
            message.Method.Method, url.AbsolutePath, url.Query.TrimStart('?'), signed,
            AwsSignature.HashOf(request.Body.Pieces.Select(piece => piece.Memory))));
        return null;
    }
}
