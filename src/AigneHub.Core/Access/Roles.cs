namespace AigneHub.Core.Access;

/// <summary>Which role may do what: the one table.</summary>
public static class Roles
{
    private static readonly Permission[][] Table =
    [
        /* Member */ [Permission.Call, Permission.ReadOwn, Permission.ManageOwnKeys],
        /* Auditor */ [Permission.ReadOwn, Permission.Read, Permission.ReadAudit],
        /* Billing */ [Permission.ReadOwn, Permission.Read, Permission.Pay, Permission.ManageMoney],
        /* Administrator */ [.. Enum.GetValues<Permission>().Where(permission => permission != Permission.Own)],
        /* Owner */ Enum.GetValues<Permission>(),
    ];

    public static bool Allow(Role role, Permission permission) => Table[(int)role].Contains(permission);
}
