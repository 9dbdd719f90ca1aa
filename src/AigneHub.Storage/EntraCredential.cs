using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Identity;

namespace AigneHub.Storage;

/// <summary>The hub's own Entra identity.</summary>
internal static class EntraCredential
{
    /// <param name="managedIdentityClientId">Of a user-assigned identity; null or empty: the default credential chain.</param>
    // Apart, so that Azure.Identity (slow to load) is loaded only where it is used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TokenCredential Create(string? managedIdentityClientId) => managedIdentityClientId is { Length: > 0 } clientId
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
        : new DefaultAzureCredential();
}
