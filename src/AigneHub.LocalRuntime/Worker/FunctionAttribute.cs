namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a method as a function. Name and shape are those of the isolated worker's attribute.</summary>
/// <seealso href="https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.functionattribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
