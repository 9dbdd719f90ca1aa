namespace AigneHub.Core.Configuration;

/// <summary>What the texts of several records have in common.</summary>
internal static class RecordText
{
    public const int NameCharactersMax = 100;
    public const int ModelCharactersMax = 256;

    /// <summary>A name for people.</summary>
    public static bool IsName(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= NameCharactersMax && !text.Any(char.IsControl);

    public static string NameRule(string field) =>
        $"'{field}' must have 1 to {NameCharactersMax} characters, none of them a control character.";

    /// <summary>A vendor's name of a model, or <c>provider/model</c>.</summary>
    public static bool IsModel(string text) =>
        text.Length is > 0 and <= ModelCharactersMax && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    public static string ModelRule(string field) =>
        $"'{field}' must be the name of a model: 1 to {ModelCharactersMax} characters without white space.";
}
