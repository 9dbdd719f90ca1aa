namespace AigneHub.Core.Routing;

/// <summary>What a credential's secret is.</summary>
public enum CredentialKind
{
    /// <summary>Nothing is sent (a local vendor).</summary>
    None,

    /// <summary>An API key, sent as the dialect has it.</summary>
    ApiKey,

    /// <summary>No secret: a token of the hub's own Entra identity.</summary>
    EntraId,

    /// <summary>The JSON key file of a Google service account; empty: the hub's own identity on Google Cloud.</summary>
    GoogleServiceAccount,

    /// <summary>The JSON configuration of a Google workload identity federation (<c>external_account</c>).</summary>
    GoogleWorkloadIdentity,

    /// <summary>
    /// JSON: <c>accessKeyId</c>, <c>secretAccessKey</c>, for temporary ones <c>sessionToken</c>, and <c>region</c> where the
    /// host's name does not tell it.
    /// </summary>
    AwsAccessKey,
}
