using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Core.Routing;

/// <summary>A credential that can be used now.</summary>
/// <param name="Id">Of the stored record (<c>cred_…</c>), or <c>env:&lt;provider&gt;:&lt;n&gt;</c> for one from the settings.</param>
/// <param name="Secret">In plain text; empty where the kind has none. Never logged, never returned.</param>
/// <param name="Weight">Share of the calls among credentials of the same tier, 1 to 1000.</param>
/// <param name="Tier">Lower tiers are used first; a higher one only while no lower one can be.</param>
public sealed record CredentialEntry(string Id, CredentialKind Kind, string Secret, int Weight = 1, int Tier = 0)
{
    /// <summary>
    /// The credential as it is now: with another secret it is another one, whatever was held against the old. It tells 32 bits
    /// of the secret's SHA-256.
    /// </summary>
    public string StateId() =>
        Secret.Length == 0 ? Id : $"{Id}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)).AsSpan(0, 4))}";

    /// <summary>Without the secret, so that no log can hold it.</summary>
    public override string ToString() => $"{Id} ({Kind})";
}
