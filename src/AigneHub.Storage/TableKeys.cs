using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;

namespace AigneHub.Storage;

/// <summary>
/// Every partition and row key there is. <c>Inverse</c> is the digit-wise complement, so that the newest sorts first.
/// </summary>
internal static class TableKeys
{
    // 1 KiB of UTF-16.
    private const int KeyCharactersMax = 512;

    // So that a row's continuation stays short.
    private const int EscapedCharactersMax = 100;

    // Tables.
    public const string Ledger = "ledger";
    public const string Purses = "purses";
    public const string Poison = "poison";
    public const string HubKeys = "keys";
    public const string RateCards = "ratecards";
    public const string Configuration = "config";

    public const string Health = "health";

    /// <summary>The only partition of <see cref="Health"/>.</summary>
    public const string HealthPartition = "instances";

    public const string Responses = "responses";

    public const string Jobs = "jobs";

    public const string Idempotency = "idempotency";

    public const string Owners = "owners";

    public const string Members = "members";

    // Table members: the list of all, and the invitations.
    public const string MembersAllPartition = "all";
    public const string InvitationsPartition = "invitations";

    public const string Orders = "orders";

    public const string Payers = "payers";

    /// <summary>The only partition of <see cref="Payers"/>.</summary>
    public const string PayersPartition = "payers";

    public const string PaymentIncidents = "paymentincidents";

    /// <summary>The only partition of <see cref="PaymentIncidents"/>.</summary>
    public const string PaymentIncidentsPartition = "incidents";

    // Table orders: an account's orders and claims in its partition, what is to be looked at in one of its own.
    public const string OrdersDuePartition = "due";
    public const string OrderEnd = "o}"; // [o|, o}) holds an account's orders.
    public const string OrderPrefix = "o|";
    private const string ClaimPrefix = "k|";
    private const string OrderIdPrefix = "ord_";
    public const string Schema = "schema";

    /// <summary>The only row of <see cref="Schema"/> and its partition.</summary>
    public const string SchemaPartition = "schema";
    public const string SchemaRow = "version";

    public const string Limits = "limits";

    /// <summary>The only row of a subject in <see cref="Limits"/>.</summary>
    public const string LimitMinute = "minute";

    public const string Notices = "notices";

    /// <summary>The only partition of <see cref="Notices"/>.</summary>
    public const string NoticesPartition = "notices";

    public const string Audit = "audit";

    // Of table audit: sort an entry's outcome before its intent.
    private const string AuditOutcomeSuffix = "|a";
    private const string AuditIntentSuffix = "|b";

    /// <summary>Of table idempotency: sorts before the parts of the answer.</summary>
    public const string IdempotentState = "a";

    public static IReadOnlyList<string> Tables { get; } =
        [Ledger, Purses, Poison, HubKeys, RateCards, Configuration, Health, Responses, Idempotency, Jobs, Owners,
            Orders, Payers, PaymentIncidents, Limits, Notices, Schema, Audit, Members];

    // Table ledger: one purse, one partition.
    public const string State = "a";
    public const string StateEnd = "b"; // [a, b) holds the state and its inbox.
    private const string InboxPrefix = "a|";
    private const string SettledPrefix = "q|";
    private const string EventPrefix = "e|";
    private const string HourPrefix = "h|";
    private const string MovementPrefix = "m|";
    private const string BookedPrefix = "k|";
    public const string PaymentPrefix = "p|";

    // Table purses: in the purse's own partition.
    public const string Purse = "purse";

    // Table poison: one partition.
    public const string PoisonPartition = "poison";

    /// <summary>Where the administrator's key of the settings is remembered.</summary>
    public const string KeyAdministratorPartition = "administrator";
    public const string KeyAdministrator = "current";

    // Table keys: the record under its hash, and a list of ids; when they were used last.
    public const string KeyIdPartition = "id";
    public const string KeyUsesPartition = "used";
    private const string KeyIdPrefix = "key_";

    // Table ratecards: a partition for each version.
    public const string RateCard = "card";
    public const string Catalogue = "catalogue";

    // Table config: one partition, its head first; every kind of record under a prefix.
    public const string ConfigurationPartition = "config";
    public const string ConfigurationHead = "a";
    public const string ProviderPrefix = "p|";
    public const string CredentialPrefix = "c|";
    public const string ModelPrefix = "m|";
    public const string AliasPrefix = "l|";
    public const string DataKeyPrefix = "k|";
    public const string PriceRulesPrefix = "r|";
    public const string PriceOverridePrefix = "o|";
    public const string CataloguePrefix = "g|";

    /// <summary>Behind all records, which are read together without it.</summary>
    public const string PriceChangePrefix = "z|";
    public const string PackPrefix = "s|";
    public const string PlanPrefix = "t|";

    /// <summary>
    /// Whether the service takes it as a key; it answers others with 400
    /// (https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model).
    /// </summary>
    public static bool CanBeKey(string text) =>
        text.Length <= KeyCharactersMax && text.All(c => !char.IsControl(c) && c is not ('/' or '\\' or '#' or '?'));

    /// <summary>Of table responses: an account's.</summary>
    public static string ResponsesPartition(string account) => Escaped(account);

    /// <summary>Of table idempotency: a call's. Names are the clients', so only their hash is a key.</summary>
    public static string IdempotencyPartition(string hubKey, string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hubKey} {name}")));

    public static string IdempotentAnswer(int part) => $"b|{part.ToString("d2", CultureInfo.InvariantCulture)}";

    /// <summary>Of table owners.</summary>
    public static string OwnersPartition(OwnerKind kind) => kind.ToString();

    /// <summary>Of table members: a record's, spread as purses are.</summary>
    public static string MembersPartition(string id) => "m-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)), 0, 2);

    /// <summary>Of table members: the list of an account's.</summary>
    public static string MembersOfPartition(string account) => "a-" + Escaped(account);

    /// <summary>Of table jobs: an account's.</summary>
    public static string JobsPartition(string account) => Escaped(account);

    /// <summary>Of table jobs: newest first.</summary>
    public static string Job(Guid callId) => Inverse(callId.ToString("N"));

    public static Guid CallOfJob(string row) => Guid.ParseExact(Inverse(row), "N");

    /// <summary>Of table orders: an account's.</summary>
    public static string OrdersPartition(string account) => "a-" + Escaped(account);

    /// <summary>Of table orders: newest first.</summary>
    public static string Order(string id) =>
        OrderPrefix + Inverse(id.StartsWith(OrderIdPrefix, StringComparison.Ordinal) ? id[OrderIdPrefix.Length..] : id);

    /// <summary>Of table orders: which of an account's orders a claim is.</summary>
    public static string OrderClaim(string claim) => ClaimPrefix + Escaped(claim);

    public static string OrderDue(string account, string id) => $"{Escaped(account)}|{Escaped(id)}";

    public static string Payer(string account) => Escaped(account);

    public static string PaymentIncident(string subject) => Escaped(subject);

    /// <summary>4 hex digits of the SHA-256 of the id spread the purses over the table's key range.</summary>
    public static string OfPurse(PurseId purse)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(purse.Value));
        return $"{Convert.ToHexStringLower(hash, 0, 2)}-{purse.Value}";
    }

    /// <summary>Of table limits: a subject's. Spread as purses are.</summary>
    public static string LimitsPartition(string subject) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)), 0, 2)}-{Escaped(subject)}";

    /// <summary>Of table audit: a month's.</summary>
    public static string AuditPartition(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture);

    /// <summary>Of table audit: newest first.</summary>
    public static string AuditRow(Guid id, bool isOutcome) =>
        Inverse(id.ToString("N")) + (isOutcome ? AuditOutcomeSuffix : AuditIntentSuffix);

    /// <summary>Whether a row is the intent to the outcome in the row before it.</summary>
    public static bool IsAuditIntentOf(string row, string rowBefore) =>
        row.EndsWith(AuditIntentSuffix, StringComparison.Ordinal) && rowBefore == row[..^AuditIntentSuffix.Length] + AuditOutcomeSuffix;

    /// <summary>The first row that an entry made before this moment can have.</summary>
    public static string AuditBefore(DateTimeOffset moment) => IdsBefore(moment);

    /// <summary>Of table notices: newest first.</summary>
    public static string Notice(string id) =>
        Inverse(id.StartsWith(NoticeRecord.IdPrefix, StringComparison.Ordinal) ? id[NoticeRecord.IdPrefix.Length..] : id);

    public static string Inbox(string unit) => InboxPrefix + unit;

    public static string UnitOfInbox(string row) => row[InboxPrefix.Length..];

    public static string Settled(string unit) => SettledPrefix + Inverse(unit);

    public static string Event(Guid id) => EventPrefix + Inverse(id.ToString("N"));

    public static Guid IdOfEvent(string row) => Guid.ParseExact(Inverse(row[EventPrefix.Length..]), "N");

    public static string EventEnd => "e}";

    public static string EventStart => EventPrefix;

    /// <summary>The first row an event made before this moment can have; later events sort before it.</summary>
    public static string EventsBefore(DateTimeOffset moment) => EventPrefix + IdsBefore(moment);

    /// <summary>The first mark that a unit of a message made before this moment can have.</summary>
    public static string SettledBefore(DateTimeOffset moment) => SettledPrefix + IdsBefore(moment);

    public static string SettledEnd => EndOf(SettledPrefix);

    private static string IdsBefore(DateTimeOffset moment)
    {
        var milliseconds = moment.ToUnixTimeMilliseconds() - 1;
        return Inverse(milliseconds.ToString("x12", CultureInfo.InvariantCulture));
    }

    public static string Hour(string hour) => HourPrefix + InverseDecimal(hour);

    public static string HourOf(string row) => InverseDecimal(row[HourPrefix.Length..]);

    public const string MovementEnd = "m}";

    public static string Movement(long seq) => MovementPrefix + InverseDecimal(seq.ToString("D19", CultureInfo.InvariantCulture));

    public static long SeqOfMovement(string row) =>
        long.Parse(InverseDecimal(row[MovementPrefix.Length..]), NumberStyles.None, CultureInfo.InvariantCulture);

    public static string Booked(OutsideId id) => $"{BookedPrefix}{Escaped(id.Source)}|{Escaped(id.Id)}";

    public static string Payment(string id) => PaymentPrefix + Escaped(id);

    /// <summary>Entries with a time in their id newest first, whole messages after them.</summary>
    public static string PoisonEntry(string id) =>
        id.StartsWith("message-", StringComparison.Ordinal) ? "z-" + id : "i-" + Inverse(id);

    public static string KeyHashPartition(string hash) => "k-" + hash[..4];

    /// <summary>Of table keys: what a member or a key has made for itself.</summary>
    public static string KeyOwnerPartition(string owner) => "m-" + Escaped(owner);

    public static string KeyId(string id) =>
        Inverse(id.StartsWith(KeyIdPrefix, StringComparison.Ordinal) ? id[KeyIdPrefix.Length..] : id);

    public static string IdOfKey(string row) => KeyIdPrefix + Inverse(row);

    public static string Provider(string id) => ProviderPrefix + Escaped(id);

    public static string Credential(string id) => CredentialPrefix + Escaped(id);

    /// <param name="fullName"><c>provider/model</c>.</param>
    public static string Model(string fullName)
    {
        var slash = fullName.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? ModelPrefix + Escaped(fullName)
            : $"{ModelPrefix}{Escaped(fullName[..slash])}|{Escaped(fullName[(slash + 1)..])}";
    }

    /// <summary>Names that differ by case alone are one alias.</summary>
    public static string Alias(string name) => AliasPrefix + Escaped(name.ToLowerInvariant());

    public static string Pack(string id) => PackPrefix + Escaped(id);

    public static string Plan(string id) => PlanPrefix + Escaped(id);

    public static string DataKey(string id) => DataKeyPrefix + Escaped(id);

    public static string PriceRules(string id) => PriceRulesPrefix + Escaped(id);

    /// <summary>Names that differ by case alone are one model.</summary>
    public static string PriceOverride(string model) => PriceOverridePrefix + Escaped(model.ToLowerInvariant());

    public static string CatalogueInForce(string id) => CataloguePrefix + Escaped(id);

    /// <summary>Newest first.</summary>
    public static string PriceChange(Guid id) => PriceChangePrefix + Inverse(id.ToString("N"));

    /// <summary>The end (exclusive) of the rows under a prefix that ends with <c>|</c>.</summary>
    public static string EndOf(string prefix) => prefix[..^1] + "}";

    /// <summary>
    /// Letters, digits and <c>. _ -</c> stay; other bytes of the UTF-8 form are <c>~</c> and two hex digits; what would be
    /// too long is <c>~h</c> and its SHA-256. Different texts have different forms.
    /// </summary>
    internal static string Escaped(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var escaped = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || (char)b is '.' or '_' or '-')
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('~').Append(b.ToString("x2", CultureInfo.InvariantCulture));
            }
        }

        return escaped.Length <= EscapedCharactersMax
            ? escaped.ToString()
            : "~h" + Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>What a row's name of a model says; null of one that was too long to be kept.</summary>
    public static string? NameOfModel(string row) => row.Contains("~h", StringComparison.Ordinal)
        ? null
        : string.Join('/', row[ModelPrefix.Length..].Split('|').Select(Unescaped));

    /// <summary>The inverse of <see cref="Escaped"/>, of what was not too long.</summary>
    private static string Unescaped(string escaped)
    {
        var bytes = new List<byte>(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            bytes.Add(escaped[i] == '~' && escaped.Length - i > 2 ? Convert.FromHexString(escaped.AsSpan(i + 1, 2))[0] : (byte)escaped[i]);
            i += escaped[i] == '~' ? 2 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The complement of each lower-case hex digit; other characters stay. Its own inverse.</summary>
    internal static string Inverse(string hex) => string.Create(hex.Length, hex, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiHexDigitLower(text[i])
                ? "0123456789abcdef"[15 - int.Parse(text.AsSpan(i, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)]
                : text[i];
        }
    });

    /// <summary>The nines' complement. Its own inverse.</summary>
    internal static string InverseDecimal(string digits) => string.Create(digits.Length, digits, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = (char)('0' + '9' - text[i]);
        }
    });
}
