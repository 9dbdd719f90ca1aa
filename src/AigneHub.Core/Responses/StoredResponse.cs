namespace AigneHub.Core.Responses;

/// <summary>Where a response is that a vendor keeps: only the vendor's account that made it knows it.</summary>
/// <param name="Account">Whose it is: no other account can reach it.</param>
/// <param name="Id">The vendor's, e.g. <c>resp_…</c>.</param>
/// <param name="Provider">Provider id.</param>
/// <param name="Credential">As in <see cref="Routing.CredentialEntry.Id"/>.</param>
public sealed record StoredResponse(string Account, string Id, string Provider, string Credential)
{
    /// <summary>Vendors keep responses for 30 days.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(31);

    private const int IdCharactersMax = 200;

    /// <summary>Whether it can be one of a response: 1 to 200 letters, digits, <c>_</c>, <c>-</c>, <c>.</c>, <c>:</c>.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= IdCharactersMax && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':');
}
