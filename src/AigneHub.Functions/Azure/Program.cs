using AigneHub.Functions;
using AigneHub.Functions.Azure;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// The entry point on Azure: the isolated worker, which the Functions host starts.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

builder.Services.AddHub(builder.Configuration).AddServiceBusUsage(builder.Configuration);

await builder.Build().RunAsync();
