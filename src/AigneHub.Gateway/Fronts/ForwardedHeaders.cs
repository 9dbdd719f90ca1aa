using AigneHub.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// The headers of a client that an API knows and a vendor gets to see: Anthropic's version and betas
/// (https://docs.claude.com/en/api/versioning, https://docs.claude.com/en/api/beta-headers). All others stay here.
/// </summary>
internal static class ForwardedHeaders
{
    private const string Version = "anthropic-version";
    private const string Beta = "anthropic-beta";
    private const string DefaultVersion = "2023-06-01";
    private const int CharsMax = 1000;

    /// <summary>The headers for a vendor of this dialect. Vertex has the version in the body, Bedrock the betas, too.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> For(Dialect dialect, IHeaderDictionary headers)
    {
        var betas = Betas(headers);
        KeyValuePair<string, string>[] beta = betas.Length > 0 ? [new(Beta, betas)] : [];
        var version = headers[Version].ToString();
        return dialect switch
        {
            Dialect.Anthropic => [new(Version, IsFit(version) ? version : DefaultVersion), .. beta],
            Dialect.VertexAnthropic => beta,
            _ => [],
        };
    }

    /// <summary>The betas that the client asks for, comma-separated; empty for none, or for what is none.</summary>
    public static string Betas(IHeaderDictionary headers) =>
        headers[Beta].ToString() is var betas && IsFit(betas) ? betas : "";

    private static bool IsFit(string value) => value.Length is > 0 and <= CharsMax && value.All(static c => c is >= ' ' and <= '~');
}
