using AigneHub.Core.Jobs;

namespace AigneHub.Translation.Videos;

/// <summary>What a vendor says of a video that it makes.</summary>
/// <param name="VendorId">The vendor's id, or the name of its operation.</param>
/// <param name="Progress">Percent; null when the vendor doesn't say.</param>
/// <param name="Seconds">Null when the vendor doesn't say; so the size.</param>
/// <param name="Content">Where it is; null for vendors that name no address.</param>
public sealed record VideoState(
    string VendorId, VideoStatus Status, int? Progress = null, int? Seconds = null, string? Size = null, DateTimeOffset? ExpiresAt = null,
    string? ErrorCode = null, string? ErrorMessage = null, Uri? Content = null);
