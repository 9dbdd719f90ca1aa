using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AigneHub.Gateway.Management.Config;
using AigneHub.Gateway.Management.Members;
using AigneHub.Gateway.Payments;

namespace AigneHub.Gateway.Management.Audit;

/// <summary>
/// The documents of the API that the audit log keeps, and the members of theirs that it doesn't: secrets, addresses that let
/// whoever has them in, what vendors and clients wrote. A document that is not here is not kept, and nor is a request's body ever.
/// </summary>
internal static class AuditedDocuments
{
    /// <summary>Two bytes each, below a column's 64 KiB.</summary>
    private const int CharsMax = 30_000;

    private static readonly Dictionary<Type, string[]> LeftOut = new()
    {
        [typeof(KeyDocument)] = ["key"],
        [typeof(OwnerDocument)] = [],
        [typeof(MemberDocument)] = [],
        [typeof(InvitationDocument)] = ["code"],
        [typeof(ProviderDocument)] = [],
        [typeof(CredentialDocument)] = [],
        [typeof(ModelDocument)] = [],
        [typeof(AliasDocument)] = [],
        [typeof(TestDocument)] = ["error"],
        [typeof(RotationDocument)] = [],
        [typeof(MovementItem)] = [],
        [typeof(RestoreDocument)] = [],
        [typeof(PoisonDocument)] = ["content", "detail"],
        [typeof(OrderDocument)] = [],
        [typeof(CheckoutDocument)] = ["url"],
        [typeof(PaymentIncidentDocument)] = [],
        [typeof(PackDocument)] = [],
        [typeof(PlanDocument)] = [],
        [typeof(TopUpDocument)] = [],
        [typeof(ConfigReport)] = [],
        [typeof(IReadOnlyDictionary<string, string>)] = [],
    };

    public static IReadOnlyCollection<Type> Types => LeftOut.Keys;

    /// <summary>Null for a document that is not kept; in place of one that is too long, its length.</summary>
    public static JsonObject? Of<T>(T value, JsonTypeInfo<T> type)
    {
        if (!LeftOut.TryGetValue(typeof(T), out var leftOut) || JsonSerializer.SerializeToNode(value, type) is not JsonObject document)
        {
            return null;
        }

        foreach (var name in leftOut)
        {
            document.Remove(name);
        }

        var length = document.ToJsonString().Length;
        return length <= CharsMax ? document : new JsonObject { ["tooLong"] = length };
    }
}
