using AigneHub.LocalRuntime.Hosting;
using AigneHub.LocalRuntime.Invocation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.LocalRuntime.Http;

/// <summary>Maps HTTP triggers to endpoints.</summary>
internal static class HttpRoutes
{
    /// <summary>
    /// The method is a route constraint and not endpoint metadata: as in the host, a wrong method then falls through to
    /// the next route and in the end to 404, never to 405.
    /// </summary>
    private const string MethodConstraint = "httpMethod";

    private static readonly string[] Reserved = ["admin", "runtime"];

    public static void Map(IEndpointRouteBuilder routes, IEnumerable<FunctionDefinition> functions, string prefix)
    {
        var services = routes.ServiceProvider;
        var shutdown = services.GetRequiredService<Shutdown>();
        var policies = services.GetRequiredService<ParameterPolicyFactory>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Functions.Http");
        var taken = new List<(string Function, string Route, string[] Methods)>();
        foreach (var function in functions)
        {
            if (function.Trigger is not HttpTriggerAttribute trigger)
                continue;
            var methods = (trigger.Methods ?? []).Select(m => m.ToUpperInvariant()).ToArray();
            var pattern = Pattern(function.Name, trigger, methods, prefix, policies);
            var route = pattern.RawText!;
            var other = taken.FirstOrDefault(t => string.Equals(t.Route, route, StringComparison.OrdinalIgnoreCase)
                && (t.Methods.Length == 0 || methods.Length == 0 || t.Methods.Intersect(methods).Any()));
            if (other.Function is not null)
                throw LocalStartupException.Refuse(
                    function.Name, $"its route '{route}' is already that of function '{other.Function}'.");
            taken.Add((function.Name, route, methods));
            routes.Map(pattern, new HttpFunction(function, pattern, shutdown, logger).InvokeAsync).WithDisplayName(function.Name);
        }
    }

    private static RoutePattern Pattern(
        string function, HttpTriggerAttribute trigger, string[] methods, string prefix, ParameterPolicyFactory policies)
    {
        var route = trigger.Route ?? function;
        if (trigger.AuthLevel != AuthorizationLevel.Anonymous)
            throw LocalStartupException.Refuse(
                function, $"its authorization level {trigger.AuthLevel} needs host keys; use Anonymous.");
        if (route.StartsWith('/'))
            throw LocalStartupException.Refuse(function, $"its route '{route}' must not begin with a slash.");
        if (Reserved.Any(r => route.StartsWith(r, StringComparison.OrdinalIgnoreCase)))
            throw LocalStartupException.Refuse(
                function, $"its route '{route}' must not begin with admin or runtime: the host keeps those.");

        try
        {
            var pattern = RoutePatternFactory.Parse(
                prefix.Length == 0 ? route : $"{prefix}/{route}",
                defaults: null,
                parameterPolicies: methods.Length == 0
                    ? null
                    : new RouteValueDictionary { [MethodConstraint] = new HttpMethodRouteConstraint(methods) });
            foreach (var parameter in pattern.Parameters)
            {
                foreach (var policy in parameter.ParameterPolicies)
                    policies.Create(parameter, policy);
            }

            return pattern;
        }
        catch (Exception e) when (e is RoutePatternException or InvalidOperationException or RouteCreationException)
        {
            throw LocalStartupException.Refuse(function, $"its route '{route}' is not valid: {e.Message}");
        }
    }
}
