namespace AigneHub.Core.Accounts;

/// <summary>The account made at the first start; the administrator's key belongs to it.</summary>
public static class HubAccounts
{
    public const string FirstId = "default";
}
