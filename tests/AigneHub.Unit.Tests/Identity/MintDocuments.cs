using AigneHub.Testing;
using Microsoft.IdentityModel.Protocols;

namespace AigneHub.Unit.Tests.Identity;

/// <summary>Hands out the documents of mints without a network; counts what is fetched.</summary>
internal sealed class MintDocuments(params TokenMint[] mints) : IDocumentRetriever
{
    private int _fetched;

    public int Fetched => _fetched;

    public bool IsAway { get; set; }

    public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        Interlocked.Increment(ref _fetched);
        var mint = mints.FirstOrDefault(one => address == one.Jwks || address == one.Issuer + "/.well-known/openid-configuration");
        return mint is null || IsAway
            ? throw new IOException("There is no such document.")
            : Task.FromResult(address == mint.Jwks ? mint.KeySet : mint.Discovery);
    }
}
