using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace AigneHub.LocalRuntime.Http;

/// <summary>Gives a function's parameter the route value of its name.</summary>
internal static class RouteValueBinder
{
    /// <summary>Null when the parameter's type can't be bound.</summary>
    public static Func<HttpContext, object?>? Create(string function, ParameterInfo parameter, RoutePattern pattern)
    {
        var name = parameter.Name!;
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        Func<string, object>? parse = true switch
        {
            _ when type == typeof(string) => static text => text,
            _ when type == typeof(int) => static text => int.Parse(text, CultureInfo.InvariantCulture),
            _ when type == typeof(long) => static text => long.Parse(text, CultureInfo.InvariantCulture),
            _ when type == typeof(Guid) => static text => Guid.Parse(text),
            _ when type == typeof(bool) => static text => bool.Parse(text),
            _ => null,
        };
        if (parse is null)
            return null;

        var route = pattern.GetParameter(name)
            ?? throw LocalStartupException.Refuse(
                function, $"its parameter '{name}' is not in its route '{pattern.RawText}'.");
        string[] constraints = true switch
        {
            _ when type == typeof(int) => ["int"],
            _ when type == typeof(long) => ["long", "int"],
            _ when type == typeof(Guid) => ["guid"],
            _ when type == typeof(bool) => ["bool"],
            _ => [],
        };
        // Without its constraint a wrong value would fail the call with a 500 instead of not matching.
        if (constraints is [var wanted, ..] && !route.ParameterPolicies.Any(p => constraints.Contains(p.Content)))
            throw LocalStartupException.Refuse(
                function, $"its parameter '{name}' of type {type.Name} needs the route constraint {{{name}:{wanted}}}.");
        if (route.IsOptional && type.IsValueType && type == parameter.ParameterType)
            throw LocalStartupException.Refuse(
                function, $"its parameter '{name}' must be nullable: the route makes it optional.");

        return context => context.Request.RouteValues[name] is string text ? parse(text) : null;
    }
}
