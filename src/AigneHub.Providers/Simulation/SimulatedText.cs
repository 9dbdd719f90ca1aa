using System.Text;

namespace AigneHub.Providers.Simulation;

/// <summary>
/// What the simulated models say, piece by piece. Every piece is exactly one token of <c>o200k_base</c>, alone and in its
/// place, so the first n pieces are n tokens for every n (a test counts them): no tokenizer is needed to make an answer.
/// </summary>
internal static class SimulatedText
{
    private const string Text =
        "This answer comes from the simulated model of the hub. It is always the same, word for word, so that a test can "
        + "rely on it. No vendor was asked and nothing has been spent. Each word is sent as one token, at the pace you have "
        + "set, and the usage at the end counts the real tokens of the prompt and of this text.";

    private static readonly string[] Pieces = Cut(Text);
    private static readonly byte[][] Utf8Pieces = [.. Pieces.Select(Encoding.UTF8.GetBytes)];
    private static readonly byte[] Again = Encoding.UTF8.GetBytes(" " + Pieces[0]);

    /// <summary>Tokens of the whole text.</summary>
    public static int Tokens => Pieces.Length;

    /// <summary>The piece at an index of the text repeated without end, in UTF-8; holds nothing that JSON would escape.</summary>
    public static ReadOnlySpan<byte> PieceAt(int index)
    {
        var at = index % Utf8Pieces.Length;
        return at == 0 && index > 0 ? Again : Utf8Pieces[at];
    }

    /// <summary>The first pieces in one.</summary>
    public static string First(int tokens)
    {
        var text = new StringBuilder();
        for (var i = 0; i < tokens; i++)
        {
            text.Append(i > 0 && i % Pieces.Length == 0 ? " " : "").Append(Pieces[i % Pieces.Length]);
        }

        return text.ToString();
    }

    // A word takes the space before it; a comma or a full stop stands alone.
    private static string[] Cut(string text)
    {
        var pieces = new List<string>();
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] is ' ' or ',' or '.')
            {
                pieces.Add(text[start..i]);
                start = i;
            }
        }

        return [.. pieces];
    }
}
