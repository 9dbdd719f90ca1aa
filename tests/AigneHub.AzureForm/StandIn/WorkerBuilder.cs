// How the isolated worker's Program starts.
// https://learn.microsoft.com/azure/azure-functions/dotnet-isolated-process-guide#start-up-and-configuration
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.builder.functionsapplication</summary>
public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => throw new NotSupportedException();
}

/// <summary>https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker.builder.functionsapplicationbuilder</summary>
public class FunctionsApplicationBuilder
{
    private FunctionsApplicationBuilder()
    {
    }

    public IServiceCollection Services => throw new NotSupportedException();

    public IConfigurationManager Configuration => throw new NotSupportedException();

    public IHost Build() => throw new NotSupportedException();
}

/// <summary>https://learn.microsoft.com/azure/azure-functions/dotnet-isolated-process-guide#aspnet-core-integration</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) =>
        builder;
}
