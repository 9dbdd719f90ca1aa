namespace AigneHub.Gateway.Fronts;

/// <summary>Where a JSON value stands in a body, in bytes.</summary>
internal readonly record struct JsonSpan(int Start, int Length)
{
    public int End => Start + Length;
}
