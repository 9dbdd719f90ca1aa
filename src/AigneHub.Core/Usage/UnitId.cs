using System.Globalization;
using System.Security.Cryptography;

namespace AigneHub.Core.Usage;

/// <summary>
/// Ids of settlement units: 32 hex digits, <c>-</c>, 2 hex digits. A unit is settled once per purse, so a repeat must
/// carry the same id: units of a message are numbered, a requeued event's unit is named after the event.
/// </summary>
public static class UnitId
{
    public const int UnitsPerMessageMax = 100;
    private const int Length = 35;
    private const int HexDigits = 32;

    /// <summary>The unit at this place (0 to 99) of a message.</summary>
    public static string OfMessage(Guid messageId, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{messageId:N}-{index:D2}");

    /// <summary>The one unit in which this event may be requeued.</summary>
    public static string OfEvent(Guid eventId) => $"{eventId:N}-ff";

    /// <summary>The one unit in which an event without a readable id may be requeued.</summary>
    public static string OfContent(ReadOnlySpan<byte> utf8) =>
        Convert.ToHexStringLower(SHA256.HashData(utf8))[..HexDigits] + "-ff";

    public static bool IsValid(string? id)
    {
        if (id is not { Length: Length } || id[HexDigits] != '-')
        {
            return false;
        }

        for (var i = 0; i < id.Length; i++)
        {
            if (i != HexDigits && !char.IsAsciiHexDigitLower(id[i]))
            {
                return false;
            }
        }

        return true;
    }
}
