using AigneHub.Core.Usage;

namespace AigneHub.Core.Jobs;

/// <summary>
/// A video that a vendor makes, or has made, for an account. It was charged when it began, as the call <see cref="CallId"/>.
/// </summary>
public sealed record VideoJob
{
    /// <summary>Vendors keep videos for days at most; the job is remembered longer, for whoever asks what became of a charge.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(31);

    /// <summary>What a vendor has not finished by then has failed, whatever it says.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromDays(1);

    private const string Prefix = "video_";
    private const int CallIdDigits = 32;

    private readonly IReadOnlyList<PurseId>? _purses;

    /// <summary>Whose it is: no other account can reach it.</summary>
    public required string Account { get; init; }

    /// <summary>The call that began it, and its line in the ledger. UUID v7.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The hub's id for clients.</summary>
    public string Id => Prefix + CallId.ToString("N");

    /// <summary>Provider id.</summary>
    public required string Provider { get; init; }

    /// <summary>As in <see cref="Routing.CredentialEntry.Id"/>: only the vendor's account that began it knows it.</summary>
    public required string Credential { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The vendor's id, or the name of its operation.</summary>
    public required string VendorId { get; init; }

    /// <summary>Of the video.</summary>
    public required int Seconds { get; init; }

    /// <summary>Pixels, e.g. <c>1280x720</c>.</summary>
    public required string Size { get; init; }

    public required VideoStatus Status { get; init; }

    /// <summary>Percent.</summary>
    public int Progress { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When the vendor deletes it; null when it doesn't say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why it failed, for the client; null when it has not.</summary>
    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>Where the vendor has put it, for vendors that name an address; null elsewhere and before.</summary>
    public Uri? Content { get; init; }

    /// <summary>Since when the vendor says that it has no such video; null while it has.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>How many times in a row it has said so.</summary>
    public int Missed { get; init; }

    /// <summary>The client has deleted it: nobody sees it any more.</summary>
    public bool IsDeleted { get; init; }

    public DateTimeOffset CreatedAt => HubIds.TimeOf(CallId);

    public bool IsOpen => Status is VideoStatus.Queued or VideoStatus.InProgress;

    /// <summary>What was charged for it; the account's purse alone where nothing else is known.</summary>
    public IReadOnlyList<PurseId> Purses { get => _purses ?? [PurseId.OfAccount(Account)]; init => _purses = value; }

    /// <summary>When its charge was given back; null while it was not.</summary>
    public DateTimeOffset? RefundedAt { get; init; }

    /// <summary>It was charged and there is no video: the charge is due back.</summary>
    public bool RefundDue => Status == VideoStatus.Failed && RefundedAt is null;

    /// <summary>The call of a job's id; null when it is none.</summary>
    public static Guid? CallOf(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && id.Length == Prefix.Length + CallIdDigits
            && Guid.TryParseExact(id.AsSpan(Prefix.Length), "N", out var call) ? call : null;
}
