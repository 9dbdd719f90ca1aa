// What the isolated worker adds to OpenTelemetry.
// https://learn.microsoft.com/azure/azure-functions/opentelemetry-howto
using OpenTelemetry;

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry;

/// <summary>https://www.nuget.org/packages/Microsoft.Azure.Functions.Worker.OpenTelemetry</summary>
public static class ConfigureFunctionsOpenTelemetry
{
    public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder) => builder;
}
