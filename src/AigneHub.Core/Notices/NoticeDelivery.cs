using System.Text.Json.Serialization;

namespace AigneHub.Core.Notices;

/// <summary>One way in which people are told of a notice.</summary>
/// <param name="Channel"><see cref="INoticeChannel.Name"/>.</param>
/// <param name="NextAt">When it is tried; null: it is delivered, or given up.</param>
public sealed record NoticeDelivery(string Channel, DateTimeOffset? NextAt, IReadOnlyList<NoticeAttempt> Attempts)
{
    [JsonIgnore]
    public bool IsDelivered => Attempts is [.., { Error: null }];
}

/// <param name="Error">What went wrong, without addresses and secrets; null: it is delivered.</param>
public sealed record NoticeAttempt(DateTimeOffset At, string? Error);
