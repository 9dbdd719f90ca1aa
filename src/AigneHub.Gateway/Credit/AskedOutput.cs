using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Gateway.Credit;

/// <summary>How long an answer a request allows. The largest of each counts: which of two a vendor goes by isn't known.</summary>
/// <param name="Tokens">Most output tokens of an answer; null: the request doesn't say.</param>
/// <param name="Each">How many answers are made of a prompt, those that aren't returned included.</param>
internal readonly record struct AskedOutput(int? Tokens, long Each)
{
    private const int CountMax = 128;

    /// <summary>
    /// Images of a sequence whose length the request doesn't say: <see href="https://www.volcengine.com/docs/82379/1541523"/>.
    /// </summary>
    private const int SequenceUnasked = 15;

    /// <summary>How many prompts there are.</summary>
    public long Prompts { get; private init; } = 1;

    public long Answers => Each * Prompts * (IsSequence ? SequenceMax ?? SequenceUnasked : 1);

    /// <summary>Of one prompt come several images.</summary>
    private bool IsSequence { get; init; }

    /// <summary>How many; null: the request doesn't say.</summary>
    private long? SequenceMax { get; init; }

    /// <summary>It names a prompt, a conversation or a cache that the vendor keeps.</summary>
    public bool NamesKept { get; private init; }

    /// <param name="reader">At the member's value. It is not moved on.</param>
    /// <returns>An error for a limit that is none, and for a value that is dearer than the model's price.</returns>
    public (AskedOutput Asked, HubError? Error) With(AskedMember member, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return (this, null);
        }

        return member.Role switch
        {
            AskedRole.Limit => WithLimit(ref reader, member.Name),
            AskedRole.Count => CountAt(ref reader, member.Name) is var (n, error) && n is { } answers
                ? (this with { Each = Math.Max(Each, answers) }, null)
                : (this, error),
            AskedRole.SequenceMax => CountAt(ref reader, member.Name) is var (most, wrong) && most is { } images
                ? (this with { SequenceMax = images }, null)
                : (this, wrong),
            AskedRole.Sequence => (
                this with { IsSequence = reader.TokenType != JsonTokenType.String || !reader.ValueSpan.SequenceEqual("disabled"u8) }, null),
            AskedRole.Unbounded => (this, CreditErrors.Unbounded(member.Name)),
            AskedRole.Kept => (this with { NamesKept = true }, null),
            AskedRole.Prompts => (this with { Prompts = PromptsAt(reader) }, null),
            AskedRole.Surcharge => (this, IsStandard(ref reader, member) ? null : CreditErrors.Surcharged(member)),
            _ => (this, null),
        };
    }

    private (AskedOutput, HubError?) WithLimit(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var tokens) && tokens >= 1
            ? (this with { Tokens = Math.Max(Tokens ?? 0, tokens) }, null)
            : (this, RequestHeadParser.Invalid($"'{name}' must be a whole number of at least 1.", name, "invalid_value"));

    /// <summary>Forms have numbers as text.</summary>
    private static (int? Count, HubError? Error) CountAt(ref Utf8JsonReader reader, string name)
    {
        var count = 0;
        var isNumber = reader.TokenType == JsonTokenType.Number
            ? reader.TryGetInt32(out count)
            : reader.TokenType == JsonTokenType.String && Utf8Parser.TryParse(reader.ValueSpan, out count, out var read)
                && read == reader.ValueSpan.Length;
        return isNumber && count is >= 1 and <= CountMax
            ? (count, null)
            : (null, RequestHeadParser.Invalid($"'{name}' must be a whole number from 1 to {CountMax}.", name, "invalid_value"));
    }

    /// <summary>A list of texts, or of lists of tokens.</summary>
    private static long PromptsAt(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return 1;
        }

        var prompts = 0L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            prompts += reader.TokenType == JsonTokenType.Number ? 0 : 1;
            reader.Skip();
        }

        return Math.Max(1, prompts);
    }

    /// <summary>With escapes it is none of them: nobody writes them so.</summary>
    private static bool IsStandard(ref Utf8JsonReader reader, AskedMember member)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var value in member.Standard)
            {
                if (Ascii.EqualsIgnoreCase(reader.ValueSpan, value))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
