using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;
using AigneHub.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Protocols;

namespace AigneHub.Unit.Tests.Identity;

/// <summary>Puts authenticators together as the hub does.</summary>
internal static class Authenticators
{
    /// <param name="opening">Null: nobody signs up.</param>
    public static KeyAuthenticator Of(
        IKeyStore keys, IOwnerStore owners, IHubSnapshots snapshots, GatewayOptions options, TimeProvider time,
        IMemberStore? members = null, OwnerOpening? opening = null, IdentityOptions? identity = null, IDocumentRetriever? documents = null,
        KeyUses? uses = null)
    {
        identity ??= new IdentityOptions();
        members ??= new MemoryMembers();
        var book = new CallerBook(owners, snapshots, options, time);
        var tokens = new TokenAuthenticator(
            new TokenValidator(identity, documents ?? new MintDocuments(), time, NullLoggerFactory.Instance),
            new Membership(members, opening!, snapshots, time, NullLogger<Membership>.Instance), book, identity, options, time,
            NullLogger<TokenAuthenticator>.Instance);
        return new KeyAuthenticator(
            keys, uses ?? new KeyUses(new MemoryOwners(), time, NullLogger<KeyUses>.Instance), members, book, tokens, new FailureThrottle(options, new ClientAddress(options)), options, time);
    }
}
