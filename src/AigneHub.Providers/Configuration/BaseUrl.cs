using AigneHub.Core.Configuration;
using AigneHub.Providers.Upstream;

namespace AigneHub.Providers.Configuration;

/// <summary>Where a stored provider is.</summary>
public static class BaseUrl
{
    /// <summary>Its own base URL or its vendor's; or one sentence why it can't be used: exactly one of them.</summary>
    /// <param name="privateAllowed">Loopback and private addresses are allowed.</param>
    public static (Uri? Url, string? Wrong) Of(ProviderRecord record, ProviderRow row, bool privateAllowed)
    {
        var text = record.BaseUrl ?? row.DefaultBaseUrl;
        if (text.Length == 0)
        {
            return (null, $"'baseUrl' is needed: every account of the vendor {row.Id} has its own.");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var given))
        {
            return (null, "'baseUrl' must be an absolute https URL.");
        }

        return OutboundGuard.WhatIsWrong(given, privateAllowed) is { } wrong
            ? (null, wrong)
            : (new Uri(text.TrimEnd('/')), null);
    }
}
