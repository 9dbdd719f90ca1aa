using System.Text;

namespace AigneHub.Unit.Tests.Fuzz;

/// <summary>Changes bytes: at random, and by putting in the words that the target knows.</summary>
internal sealed class Mutator(params string[] words)
{
    private const int BytesMax = 16 * 1024;

    private static readonly byte[][] Odd =
    [
        [0], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xFF],
        .. new[]
        {
            "\"", "\\", "\\u", "\\ud800", "\\udc00", "\\u0000", "{", "}", "[", "]", ",", ":", "\n", "\r", "\r\n", " ", "null", "true",
            "-1", "1e999", "9223372036854775808", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":", "é", "😀", "//", "/*",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private readonly byte[][] _words = [.. words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>A third stays as it was made.</summary>
    public byte[] Mutate(byte[] input, Random random)
    {
        for (var left = random.Next(3) == 0 ? 0 : random.Next(1, 5); left > 0; left--)
        {
            input = Once(input, random);
        }

        return input;
    }

    private byte[] Once(byte[] input, Random random)
    {
        var at = random.Next(input.Length + 1);
        var some = random.Next(Math.Min(input.Length - at, 40) + 1);
        ReadOnlySpan<byte> before = input.AsSpan(0, at);
        ReadOnlySpan<byte> piece = input.AsSpan(at, some);
        ReadOnlySpan<byte> behind = input.AsSpan(at + some);
        byte[] mutated = random.Next(8) switch
        {
            0 => [.. before, .. behind],
            1 => [.. before, .. piece, .. piece, .. behind],
            2 => [.. before, (byte)random.Next(256), .. piece, .. behind],
            3 => Flipped(input, random),
            4 => [.. before, .. Pick(Odd, random), .. piece, .. behind],
            5 => [.. before, .. Pick(_words, random), .. piece, .. behind],
            6 => [.. before, .. Pick(_words, random), .. behind],
            _ => Moved(input, random),
        };
        return mutated.Length > BytesMax ? input : mutated;
    }

    private static byte[] Flipped(byte[] input, Random random)
    {
        byte[] flipped = [.. input];
        if (flipped.Length > 0)
        {
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        }

        return flipped;
    }

    /// <summary>A piece of it stands somewhere else, too.</summary>
    private static byte[] Moved(byte[] input, Random random)
    {
        var start = random.Next(input.Length + 1);
        var piece = input.AsSpan(start, random.Next(input.Length - start + 1));
        var at = random.Next(input.Length + 1);
        return [.. input.AsSpan(0, at), .. piece, .. input.AsSpan(at)];
    }

    private static byte[] Pick(byte[][] from, Random random) => from[random.Next(from.Length)];
}
