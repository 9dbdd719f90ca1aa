namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs a function for HTTP requests. Name and shape are those of the isolated worker's attribute.</summary>
/// <param name="authLevel">Only <see cref="AuthorizationLevel.Anonymous"/> is served: there are no host keys here.</param>
/// <param name="methods">The methods served, in any case; none means all.</param>
/// <seealso href="https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.httptriggerattribute"/>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    public string[]? Methods { get; } = methods;

    /// <summary>A route template without a leading slash; null means the function's name.</summary>
    public string? Route { get; set; }
}

/// <summary>Which key the host asks for before it runs an HTTP function.</summary>
/// <seealso href="https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.authorizationlevel"/>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}
