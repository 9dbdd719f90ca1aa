namespace AigneHub.Translation.Cohere;

/// <summary>What a model can do, by its name (<see href="https://docs.cohere.com/docs/models"/>).</summary>
internal static class CohereModel
{
    /// <summary>
    /// Takes <c>thinking</c>, and thinks unless told not to (<see href="https://docs.cohere.com/docs/reasoning"/>).
    /// </summary>
    public static bool Thinks(string model) =>
        model.Contains("reasoning", StringComparison.OrdinalIgnoreCase)
        || model.Contains("command-a-plus", StringComparison.OrdinalIgnoreCase);
}
