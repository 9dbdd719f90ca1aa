namespace AigneHub.Core.Pricing;

/// <summary>
/// What a rate is for: a kind of unit, or what is returned of it in one form, written <c>image:hd</c>, <c>image:1024x1792</c>,
/// <c>image:hd:1024x1792</c> (quality before size). The texts are stored in ledgers and rate cards.
/// </summary>
/// <param name="Form">Quality, size, or both; null for the kind as a whole.</param>
public readonly record struct RateKey(UnitKind Kind, string? Form = null)
{
    private const char Separator = ':';
    private const int PartsMax = 2;

    public static implicit operator RateKey(UnitKind kind) => FromUnitKind(kind);

    public static RateKey FromUnitKind(UnitKind kind) => new(kind);

    /// <summary>Images and seconds (of video) have prices by quality and size; other kinds don't.</summary>
    public static bool HasForms(UnitKind kind) => kind is UnitKind.Image or UnitKind.Second;

    public static bool TryParse(string text, out RateKey key)
    {
        var separator = text.IndexOf(Separator, StringComparison.Ordinal);
        var form = separator < 0 ? null : text[(separator + 1)..];
        var known = UnitKinds.TryParse(separator < 0 ? text : text[..separator], out var kind);
        key = new RateKey(kind, form);
        return known && (form is null || (HasForms(kind) && IsForm(form)));
    }

    public override string ToString() => Form is null ? UnitKinds.Name(Kind) : $"{UnitKinds.Name(Kind)}{Separator}{Form}";

    /// <summary>One or two parts as <see cref="ReturnedForm"/> has them.</summary>
    private static bool IsForm(string text)
    {
        var parts = text.Split(Separator);
        return parts.Length <= PartsMax && Array.TrueForAll(parts, part => ReturnedForm.Plain(part) == part);
    }
}
