using AigneHub.Core.Archive;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management;

/// <param name="Unit"><c>USD</c> or <c>credits</c>.</param>
/// <param name="DaysInTables">Days that calls stay in tables; absent when nothing is archived.</param>
/// <param name="RestoredUntil">Until when the archiver leaves the account alone; absent when it does not.</param>
/// <param name="Items">Archived days, oldest first.</param>
internal sealed record ArchiveDocument(
    string Unit, int? DaysInTables, DateTimeOffset? RestoredUntil, IReadOnlyList<ArchivedDayDocument> Items);

/// <param name="Day">UTC.</param>
/// <param name="Cost">Whole units with up to 9 decimals; unpriced calls add nothing.</param>
/// <param name="Sha256">Of the uncompressed lines.</param>
/// <param name="Bytes">Stored.</param>
internal sealed record ArchivedDayDocument(DateOnly Day, long Calls, string Cost, string Sha256, long Bytes)
{
    public static ArchivedDayDocument Of(ArchivedDay day) =>
        new(day.Day, day.Count, Nano.ToDecimalString(day.Cost), day.Hash, day.Bytes);
}

/// <param name="To">Not included.</param>
/// <param name="Days">How long the calls stay in the table: 1 to 30; absent: 7.</param>
internal sealed record RestoreRequest(DateTimeOffset From, DateTimeOffset To, int? Days = null);

/// <param name="Restored">Calls that were put back now.</param>
/// <param name="Present">Calls that were in the table already.</param>
/// <param name="Until">The archiver takes them away again after it.</param>
/// <param name="Next">Repeat the call with this <c>from</c>; absent when all of it is done.</param>
internal sealed record RestoreDocument(long Restored, long Present, DateTimeOffset Until, DateTimeOffset? Next);
