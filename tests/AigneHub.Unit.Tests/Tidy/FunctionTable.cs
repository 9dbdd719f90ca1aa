using System.Reflection;
using System.Text.RegularExpressions;
using AigneHub.Functions;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>The app's functions: those of the Local form by reflection, those that only the Azure form has from their source.</summary>
internal static partial class FunctionTable
{
    public static IReadOnlyList<(MethodInfo Method, string Name, HttpTriggerAttribute? Http)> Local { get; } =
    [
        .. from type in typeof(UsageFunctions).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           select (method, function.Name,
               method.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(t => t is not null)),
    ];

    public static IReadOnlyList<string> AzureOnly { get; } =
    [
        .. Repository.Files("src/AigneHub.Functions/Azure", "*.cs")
            .SelectMany(path => FunctionName().Matches(Repository.Read(path))).Select(match => match.Groups[1].Value),
    ];

    /// <summary>E.g. <c>GET /v1/models/{id}</c>, without the one that takes every path.</summary>
    public static IEnumerable<string> Calls =>
        from function in Local
        where function.Http is { Route: not (null or "{*path}") }
        from verb in function.Http!.Methods!
        select $"{verb.ToUpperInvariant()} /{function.Http.Route!.Replace("{*", "{", StringComparison.Ordinal)}";

    [GeneratedRegex(@"\[Function\((?:nameof\()?""?(\w+)")]
    private static partial Regex FunctionName();
}
