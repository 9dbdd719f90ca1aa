namespace AigneHub.Translation;

/// <summary>
/// What of a request could not be carried over, for the header <c>x-hub-warnings</c>: names in the caller's API, never values.
/// </summary>
public sealed class Warnings
{
    private const int CountMax = 20;

    /// <summary>Characters of a name that the caller has chosen.</summary>
    private const int NameCharsMax = 64;

    private readonly List<string> _dropped = [];

    public IReadOnlyList<string> Dropped => _dropped;

    /// <param name="what">
    /// The member's name in the caller's API with a reason where it needs one, visible ASCII, e.g. <c>logprobs</c>.
    /// </param>
    public void Drop(string what)
    {
        if (_dropped.Count < CountMax && !_dropped.Contains(what))
        {
            _dropped.Add(_dropped.Count == CountMax - 1 ? "more" : what);
        }
    }

    public void DropIf(bool isThere, string what)
    {
        if (isThere)
        {
            Drop(what);
        }
    }

    /// <summary>A member that the translation doesn't know. Warnings go into a header, and this is the caller's word.</summary>
    public void DropMember(string name) => Drop(
        name.Length <= NameCharsMax && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-')
            ? name
            : "a member with an unusual name");
}
