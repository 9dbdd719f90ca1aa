namespace AigneHub.Core.Routing;

/// <summary>How a term compares its text with a model name; always without regard to case.</summary>
public enum NameOperator
{
    Equals,
    StartsWith,
    EndsWith,
    Contains,

    /// <summary>The whole name, <c>#</c> standing for a digit; a last <c>*</c> for anything.</summary>
    Digits,
}

/// <summary>One comparison.</summary>
public readonly record struct NameTerm(NameOperator Operator, string Text, bool Negated)
{
    private const string Operators = "=^$*#";

    /// <summary>Reads the catalogue's form: <c>=text ^text $text *text #pattern</c>, with <c>!</c> before it to negate.</summary>
    /// <exception cref="FormatException">Another form.</exception>
    public static NameTerm Parse(string term)
    {
        var negated = term.StartsWith('!');
        var body = negated ? term.AsSpan(1) : term;
        var index = body.Length < 2 ? -1 : Operators.IndexOf(body[0], StringComparison.Ordinal);
        return index < 0
            ? throw new FormatException($"'{term}' is not a name term.")
            : new NameTerm((NameOperator)index, body[1..].ToString(), negated);
    }

    public bool Matches(ReadOnlySpan<char> name) => Negated != Operator switch
    {
        NameOperator.Equals => name.Equals(Text, StringComparison.OrdinalIgnoreCase),
        NameOperator.StartsWith => name.StartsWith(Text, StringComparison.OrdinalIgnoreCase),
        NameOperator.EndsWith => name.EndsWith(Text, StringComparison.OrdinalIgnoreCase),
        NameOperator.Contains => name.Contains(Text, StringComparison.OrdinalIgnoreCase),
        _ => MatchesDigits(name),
    };

    public override string ToString() => (Negated ? "!" : "") + Operators[(int)Operator] + Text;

    private bool MatchesDigits(ReadOnlySpan<char> name)
    {
        var open = Text.EndsWith('*');
        var pattern = Text.AsSpan(0, open ? Text.Length - 1 : Text.Length);
        if (open ? name.Length < pattern.Length : name.Length != pattern.Length)
        {
            return false;
        }

        for (var i = 0; i < pattern.Length; i++)
        {
            var same = pattern[i] == '#'
                ? char.IsAsciiDigit(name[i])
                : char.ToLowerInvariant(pattern[i]) == char.ToLowerInvariant(name[i]);
            if (!same)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A match rule of the catalogue: it matches when all of its terms do.</summary>
public sealed record NameRule(IReadOnlyList<NameTerm> Terms)
{
    /// <exception cref="FormatException">A term of another form.</exception>
    public static NameRule Parse(params ReadOnlySpan<string> terms)
    {
        var parsed = new NameTerm[terms.Length];
        for (var i = 0; i < terms.Length; i++)
        {
            parsed[i] = NameTerm.Parse(terms[i]);
        }

        return new NameRule(parsed);
    }

    public bool Matches(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Terms.Count; i++)
        {
            if (!Terms[i].Matches(name))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString() => string.Join(" & ", Terms);
}
