namespace AigneHub.Core.Pricing;

/// <summary>What images or a video were returned in: prices may go by it. Null is unknown.</summary>
/// <param name="Quality">As <see cref="Plain"/> makes it, e.g. <c>hd</c>.</param>
/// <param name="Size">As <see cref="Plain"/> makes it, e.g. <c>1024x1792</c>.</param>
public readonly record struct ReturnedForm(string? Quality, string? Size)
{
    private const int CharactersMax = 32;

    /// <summary>Both parts, quality first; null when both are unknown.</summary>
    public string? Text => Quality is null ? Size : Size is null ? Quality : $"{Quality}:{Size}";

    /// <summary>What is unknown here is taken from another.</summary>
    public ReturnedForm Or(ReturnedForm other) => new(Quality ?? other.Quality, Size ?? other.Size);

    /// <summary>
    /// A vendor's or caller's word in lower case: 1 to 32 letters, digits, <c>.</c>, <c>_</c>, <c>-</c>. Null for anything else
    /// and for <c>auto</c>, which says nothing.
    /// </summary>
    public static string? Plain(string? text)
    {
        if (text is not { Length: > 0 and <= CharactersMax }
            || !text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            return null;
        }

        var lower = text.ToLowerInvariant();
        return lower == "auto" ? null : lower;
    }
}
