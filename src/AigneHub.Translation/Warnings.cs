namespace AigneHub.Translation;

/// <summary>
/// What of a request could not be carried over, for the header <c>x-hub-warnings</c>: names in the caller's API, never values.
/// </summary>
public sealed class Warnings
{
    private const int CountMax = 20;
    private readonly List<string> _dropped = [];

    public IReadOnlyList<string> Dropped => _dropped;

    /// <param name="what">
    /// The member's name in the caller's API with a reason where it needs one, visible ASCII, e.g. <c>logprobs</c>.
    /// </param>
    public void Drop(string what)
    {
        if (_dropped.Count < CountMax && !_dropped.Contains(what))
        {
            _dropped.Add(what);
        }
    }
}
