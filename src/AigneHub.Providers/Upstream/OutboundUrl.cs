using System.Globalization;
using System.Net;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// Whether a base URL can be a provider's, as far as its text tells; where its name leads is known at connect time only.
/// </summary>
internal static class OutboundUrl
{
    private const string PrivateSetting = "AigneHub__Upstream__PrivateNetworks";
    private const int UnprivilegedPortMin = 1024;
    private const int HttpsPort = 443;

    // They resolve to link-local addresses, which are refused in any case: this tells so before the provider is saved.
    private static readonly HashSet<string> MetadataNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "metadata.google.internal", "metadata.goog", "metadata.azure.internal", "instance-data.ec2.internal",
    };

    public static string? WhatIsWrong(Uri baseUrl, bool privateAllowed)
    {
        if (!baseUrl.IsAbsoluteUri || (baseUrl.Scheme != Uri.UriSchemeHttps && baseUrl.Scheme != Uri.UriSchemeHttp))
        {
            return "The base URL must be an absolute https URL.";
        }

        var text = baseUrl.OriginalString;
        var authority = AuthorityOf(text);
        if (authority.Contains('@') || text.Contains('?') || text.Contains('#'))
        {
            return "The base URL must have no user name, query or fragment.";
        }

        return WhatIsWrongWithHost(baseUrl, HostOf(authority))
            ?? WhatIsWrongWithReach(baseUrl, privateAllowed)
            ?? WhatIsWrongWithPort(baseUrl, privateAllowed);
    }

    private static string? WhatIsWrongWithHost(Uri url, string written)
    {
        // Uri reads 2130706433, 0177.0.0.1, 0x7f.1 and 127.1 as 127.0.0.1: only the plain form is taken.
        if (url.HostNameType == UriHostNameType.IPv4)
        {
            return written == url.Host ? null : "The address in the base URL must be four decimal numbers with dots.";
        }

        if (url.HostNameType == UriHostNameType.IPv6)
        {
            return written.Contains('%') ? "The address in the base URL must name no network interface." : null;
        }

        // Full-width digits and dots become an address on the way to the DNS; a last label of digits is none of a name's.
        var host = url.IdnHost;
        var last = host[(host.LastIndexOf('.') + 1)..];
        return url.HostNameType == UriHostNameType.Dns && last.Length > 0 && !IsNumber(last) && !IPAddress.TryParse(host, out _)
            && written.All(IsOfAName)
            ? null
            : "The base URL must name its host by a domain name without a dot at its end, or by a plain address.";
    }

    private static string? WhatIsWrongWithReach(Uri url, bool privateAllowed)
    {
        var reach = ReachOf(url.IdnHost);
        if (reach == AddressReach.Never)
        {
            return "The base URL's address is one the hub never connects to (link-local, metadata service, multicast or reserved).";
        }

        if (reach == AddressReach.Private && !privateAllowed)
        {
            return $"The base URL's host is in a private network; only {PrivateSetting}=true allows that.";
        }

        // Where private networks are allowed, a name may lead into one; the guard looks when it connects.
        var mayBePrivate = reach == AddressReach.Private || (privateAllowed && url.HostNameType == UriHostNameType.Dns);
        return url.Scheme == Uri.UriSchemeHttp && !mayBePrivate
            ? "The base URL must use https: plain http would send the key readable."
            : null;
    }

    private static string? WhatIsWrongWithPort(Uri url, bool privateAllowed) =>
        url.Port == HttpsPort || url.Port >= UnprivilegedPortMin || (privateAllowed && url.Port > 0)
            ? null
            : $"The base URL's port must be {HttpsPort} or at least {UnprivilegedPortMin}.";

    private static AddressReach ReachOf(string host) =>
        IPAddress.TryParse(host, out var address) ? OutboundAddress.ReachOf(address)
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? AddressReach.Private
        : MetadataNames.Contains(host) ? AddressReach.Never
        : AddressReach.Public;

    // Beyond ASCII only what names of languages are written with: no other digits, dots and invisible characters.
    private static bool IsOfAName(char c) => char.IsAscii(c) || char.IsLetter(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit) || label.StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    private static string AuthorityOf(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.AsSpan(start).IndexOfAny("/\\?#");
        return end < 0 ? text[start..] : text.Substring(start, end);
    }

    private static string HostOf(string authority)
    {
        var port = authority.LastIndexOf(':');
        return port > authority.LastIndexOf(']') ? authority[..port] : authority;
    }
}
