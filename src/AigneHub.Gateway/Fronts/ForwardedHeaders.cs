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

    /// <summary>The headers for a vendor of this dialect.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> For(Dialect dialect, IHeaderDictionary headers)
    {
        if (dialect != Dialect.Anthropic)
        {
            return [];
        }

        var version = headers[Version].ToString();
        var betas = headers[Beta].ToString();
        KeyValuePair<string, string> first = new(Version, IsFit(version) ? version : DefaultVersion);
        return IsFit(betas) ? [first, new(Beta, betas)] : [first];
    }

    private static bool IsFit(string value) => value.Length is > 0 and <= CharsMax && value.All(static c => c is >= ' ' and <= '~');
}
