using AigneHub.Core.Accounts;

namespace AigneHub.Core.Access;

/// <summary>Where a role holds.</summary>
/// <param name="Owner">Null: on the whole hub.</param>
/// <param name="Id">Of the account, team or project; empty on the whole hub.</param>
public readonly record struct Scope(OwnerKind? Owner, string Id)
{
    public static Scope Hub { get; } = new(null, "");

    public static Scope OfAccount(string id) => new(OwnerKind.Account, id);

    public static Scope OfTeam(string id) => new(OwnerKind.Team, id);

    public static Scope OfProject(string id) => new(OwnerKind.Project, id);

    /// <summary><c>hub</c>, <c>account:acme</c>, <c>team:blue</c>.</summary>
    public override string ToString() => Owner is { } kind ? $"{kind.ToString().ToLowerInvariant()}:{Id}" : "hub";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? text, out Scope scope)
    {
        scope = Hub;
        if (text == "hub")
        {
            return true;
        }

        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
        {
            return false;
        }

        var id = text![(colon + 1)..];
        foreach (var kind in Enum.GetValues<OwnerKind>())
        {
            scope = new Scope(kind, id);
            if (scope.ToString() == text)
            {
                return OwnerRecord.IsId(id);
            }
        }

        return false;
    }
}
