namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>A query parameter that a call takes.</summary>
/// <param name="Kind">Of the method of <c>Query</c> that reads it: Text, Limit, Flag, Time, Word.</param>
/// <param name="Words">Of an enumeration.</param>
/// <param name="Default">Of a number; of a flag 0 or 1.</param>
/// <param name="Max">Of a number, which begins at 1.</param>
internal sealed record QueryParameter(string Name, string Kind, IReadOnlyList<string> Words, int? Default, int? Max);
