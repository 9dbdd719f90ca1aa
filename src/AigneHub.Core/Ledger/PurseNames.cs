using System.Buffers;
using AigneHub.Core.Accounts;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>The rules of purse ids.</summary>
public static class PurseNames
{
    public const int CharactersMax = 200;
    private const string AccountPrefix = "account:";
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789:-_.");

    public static bool IsValid(string value) =>
        value.Length is > 0 and <= CharactersMax && !value.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>Whether the purse is an account's: the home of its calls, where details are kept.</summary>
    public static bool IsHome(PurseId purse) => purse.Value.StartsWith(AccountPrefix, StringComparison.Ordinal);

    /// <summary>What kind of owner it has: <c>account</c> of <c>account:default</c>.</summary>
    public static string KindOf(PurseId purse) => purse.Value[..Math.Max(0, purse.Value.IndexOf(':', StringComparison.Ordinal))];

    /// <summary>Whose purse it is: <c>default</c> of <c>account:default</c>.</summary>
    public static string OwnerOf(PurseId purse) => purse.Value[(purse.Value.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public static PurseId Of(OwnerKind kind, string id) => kind switch
    {
        OwnerKind.Account => PurseId.OfAccount(id),
        OwnerKind.Team => PurseId.OfTeam(id),
        _ => PurseId.OfProject(id),
    };
}
