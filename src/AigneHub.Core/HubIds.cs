using System.Buffers.Binary;
using System.Globalization;

namespace AigneHub.Core;

/// <summary>The one place that makes ids: UUID v7 (RFC 9562, section 5.7), so that ids sort by the time they were made.</summary>
public sealed class HubIds(TimeProvider time)
{
#pragma warning disable RS0030 // The banned factory's one user.
    public Guid New() => Guid.CreateVersion7(time.GetUtcNow());
#pragma warning restore RS0030

    /// <summary>The moment in a UUID v7 (millisecond precision, UTC).</summary>
    /// <exception cref="ArgumentException">The id is of another version.</exception>
    public static DateTimeOffset TimeOf(Guid id)
    {
        if (id.Version != 7)
        {
            throw new ArgumentException("Only a UUID v7 carries its time.", nameof(id));
        }

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (long)bytes[0] << 40 | (long)bytes[1] << 32 | (long)bytes[2] << 24
            | (long)bytes[3] << 16 | (long)bytes[4] << 8 | bytes[5];
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }

    /// <summary>Before every UUID v7 of this moment or later, and behind all earlier ones.</summary>
    public static Guid FirstAt(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.ToUnixTimeMilliseconds() << 16);
        bytes[6] = 0x70;
        bytes[8] = 0x80;
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The UTC hour of a UUID v7 as <c>yyyyMMddHH</c>: the hour a call is summed in, whenever it is settled.</summary>
    public static string HourOf(Guid id) => TimeOf(id).ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
}
