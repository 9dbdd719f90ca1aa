using AigneHub.Core.Routing;
using AigneHub.Providers.Authentication;

namespace AigneHub.Providers;

/// <summary>What the vendors' libraries and protocols demand of a secret, beyond its length and JSON.</summary>
public static class VendorSecret
{
    /// <summary>Null when nothing is wrong, else one sentence, which never holds anything of the secret.</summary>
    public static string? WhatIsWrong(CredentialKind kind, string secret) => kind switch
    {
        CredentialKind.AwsAccessKey => AwsCredential.Parse(secret).Wrong,
        CredentialKind.GoogleServiceAccount or CredentialKind.GoogleWorkloadIdentity => GoogleSecret.WhatIsWrong(kind, secret),
        _ => null,
    };
}
