namespace AigneHub.Core.Notices;

/// <summary>A way in which people are told of notices.</summary>
public interface INoticeChannel
{
    /// <summary>Stored; never changes.</summary>
    string Name { get; }

    /// <summary>Tells it once. What it throws is a failed attempt, too.</summary>
    /// <returns>What went wrong, without addresses and secrets; null: it is delivered.</returns>
    Task<string?> SendAsync(NoticeMessage message, CancellationToken cancellationToken);
}

/// <param name="Owner">Whose purse it is, for people.</param>
/// <param name="Email">Where the owner is told; null: not known.</param>
public sealed record NoticeMessage(NoticeRecord Notice, string Owner, string? Email);
