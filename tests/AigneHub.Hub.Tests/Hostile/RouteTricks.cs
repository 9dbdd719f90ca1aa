using System.Reflection;
using AigneHub.Functions;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Every HTTP route of the hub, and other spellings of its path.</summary>
internal static class RouteTricks
{
    /// <summary>Method and path, with a value for each parameter.</summary>
    public static IReadOnlyList<(string Method, string Path)> Routes { get; } =
    [
        .. from type in typeof(UsageFunctions).Assembly.GetTypes()
           from function in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
           where function.GetCustomAttribute<FunctionAttribute>() is not null
           let trigger = function.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(t => t is not null)
           where trigger is { Route: not (null or "{*path}") }
           from method in trigger.Methods!
           select (method.ToUpperInvariant(), "/" + string.Join('/', trigger.Route!.Split('/').Select(s => s.StartsWith('{') ? "x" : s))),
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
}
