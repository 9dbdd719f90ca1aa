using AigneHub.Core.Access;
using AigneHub.Gateway.Management;
using AigneHub.Hub.Tests.Access;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Every HTTP route of the hub, and other spellings of its path.</summary>
internal static class RouteTricks
{
    /// <summary>With a value for each parameter; without the one that takes every path.</summary>
    public static IReadOnlyList<(string Function, string Method, string Path)> Routes { get; } =
    [
        .. from function in FunctionTable.Local
           where function.Http is { Route: not (null or "{*path}") }
           from method in function.Http!.Methods!
           select (function.Name, method.ToUpperInvariant(),
               "/" + string.Join('/', function.Http.Route!.Split('/').Select(part => ValueOf(function.Name, part)))),
    ];

    /// <summary>Those that nobody may call without saying who it is.</summary>
    public static IReadOnlyList<(string Function, string Method, string Path)> Closed { get; } =
    [
        .. Routes.Where(route => OpenRoutes.All.GetValueOrDefault(route.Function, OpenAccess.AnyKey)
            is not (OpenAccess.Everybody or OpenAccess.KeyOptional or OpenAccess.BySignature)),
    ];

    /// <summary>Those that no member's key may call.</summary>
    public static IReadOnlyList<(string Function, string Method, string Path)> ClosedToMembers { get; } =
    [
        .. Routes.Where(route => ManagementRoutes.All.SingleOrDefault(one => one.Function == route.Function) is { } management
            && !Roles.Allow(Role.Member, management.Permission)),
    ];

    public static IEnumerable<string> Of(string path)
    {
        var slash = path.IndexOf('/', 1);
        var (first, rest) = slash < 0 ? (path, "") : (path[..slash], path[slash..]);
        yield return "/" + path;
        yield return first + "/" + rest;
        yield return first + (rest.Length > 0 ? "%2F" + rest[1..] : "%2F");
        yield return first + (rest.Length > 0 ? "%5C" + rest[1..] : "%5C");
        yield return "/x/.." + path;
        yield return "/v1/models/%2e%2e/%2e%2e" + path;
        yield return "/v1/models/..%2F.." + path;
        yield return first + "/." + rest;
        yield return path + ";a=b";
        yield return path + "%00";
        yield return path + "/%2e";
        yield return path.ToUpperInvariant();
        yield return first + "%252F" + rest;
        yield return path + "?/../../health";
    }

    private static string ValueOf(string function, string part) =>
        part.StartsWith("{*", StringComparison.Ordinal) ? WalkedRoute.Paths.GetValueOrDefault(function, "x")
        : part.StartsWith('{') ? "x" : part;
}
