using AigneHub.Core.Routing;

namespace AigneHub.Providers.Upstream;

/// <summary>One call: a POST of a body, or another method without one.</summary>
/// <param name="Path">Below the binding's base URL, without a leading slash, e.g. <c>chat/completions</c>.</param>
/// <param name="Stream">The call asks for a stream: other <c>Accept</c> header, other time limit.</param>
public sealed record UpstreamRequest(
    ProviderEntry Provider, ApiBinding Binding, CredentialEntry Credential, string Path, UpstreamPayload Body, bool Stream)
{
    /// <summary>The answer is bytes of whatever type, which come as they are made: other <c>Accept</c> header, other time limit.</summary>
    public bool TakesAnything { get; init; }

    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>
    /// An address that the vendor has named, instead of <see cref="Path"/>. One that is not on the server of the binding's base URL
    /// is not called: the key would go there.
    /// </summary>
    public Uri? Address { get; init; }

    /// <summary>Headers of the client's request that the API knows, such as <c>anthropic-beta</c>; checked by the caller.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    internal Uri Url => Address ?? new Uri($"{Binding.BaseUrl.AbsoluteUri.TrimEnd('/')}/{Path}");

    internal bool IsOnServer => Address is not { } address
        || (address.Scheme == Binding.BaseUrl.Scheme && address.Authority == Binding.BaseUrl.Authority && address.UserInfo.Length == 0);
}
