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

    /// <summary>Leaves room for what stands beside the lists.</summary>
    private const int ListCharsMax = 28_000;

    private static readonly Type[] Lists = [typeof(ConfigReport), typeof(RemovedWithDocument)];

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
        [typeof(RemovedWithDocument)] = [],
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
        return length <= CharsMax ? document
            : Lists.Contains(typeof(T)) ? Cut(document)
            : new JsonObject { ["tooLong"] = length };
    }

    /// <summary>Lists of what was done rather than one thing: of these the beginning is kept, and what was done to each.</summary>
    private static JsonObject Cut(JsonObject document)
    {
        var lists = document.Select(member => member.Value).OfType<JsonArray>().ToList();
        foreach (var item in lists.SelectMany(list => list).OfType<JsonObject>())
        {
            item.Remove("fields");
        }

        var leftOut = 0;
        foreach (var list in lists)
        {
            var left = ListCharsMax / lists.Count;
            var kept = list.TakeWhile(item => (left -= item!.ToJsonString().Length + 1) >= 0).Count();
            leftOut += list.Count - kept;
            list.RemoveRange(kept, list.Count - kept);
        }

        document["leftOut"] = leftOut;
        return document;
    }
}
